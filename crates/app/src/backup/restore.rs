//! A house from a backup, in an empty or stopped folder. What was there is moved aside, never deleted.
//!
//! Everything is first made in `.restoring` inside the folder (which may be a mount, or the only place this user may write), and
//! takes its place by renaming when it is whole. A restore that broke off leaves that folder behind, and a server does not
//! start on it.

use crate::house::problem;
use crate::{Problem, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use yingke_kernel::{ProblemKind, Stamp};
use yingke_store::backup::{Manifest, OnProgress, hold, may_stay};
use yingke_store::{Store, StoreConfig, Target};

const STAGE: &str = ".restoring";

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What is in it.
    pub manifest: Manifest,
    /// Number of the newest migration now.
    pub schema: i64,
    /// Where the old folder's content lies now, if there was any.
    pub folder_aside: Option<PathBuf>,
    /// PostgreSQL: the schema in which the old tables lie now, if there were any.
    pub tables_aside: Option<String>,
}

fn refused(detail: String) -> Problem {
    Problem::new(ProblemKind::Conflict, "restore_refused", detail)
}

/// Refuses a folder in which a restore broke off.
///
/// # Errors
/// `restore_refused`.
pub fn refuse_half_restored(data: &Path) -> Result<()> {
    if !data.join(STAGE).exists() {
        return Ok(());
    }
    Err(refused(format!(
        "a restore into {} broke off; run it again (with --replace if it says so), or delete {} if you want what is there without it",
        data.display(),
        data.join(STAGE).display()
    )))
}

/// Restores. `replace`: move aside what is there. Blocks.
///
/// # Errors
/// `restore_refused`, `store_refused` with what is wrong; what was there is as it was.
pub fn restore(
    archive: &Path,
    data: &Path,
    target: &Target,
    replace: bool,
    now: Stamp,
    progress: Arc<OnProgress>,
) -> Result<Restored> {
    let io = |place: &Path, e: std::io::Error| refused(format!("{} cannot be changed: {e}", place.display()));
    super::place::make(data)?;
    let mut old: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(data).map_err(|e| io(data, e))? {
        let entry = entry.map_err(|e| io(data, e))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // The lock is taken below; the socket of a server that was killed is nobody's.
        if !may_stay(&name) && name != "yingke.db.lock" && name != "yingke.sock" {
            old.push(entry.path());
        }
    }
    let _held = hold(&data.join("yingke.db")).map_err(problem)?;
    if !old.is_empty() && !replace {
        return Err(refused(format!(
            "the folder {} is not empty; name another one, or say --replace to move what is there aside",
            data.display()
        )));
    }
    let stage = data.join(STAGE);
    if stage.exists() {
        std::fs::remove_dir_all(&stage).map_err(|e| io(&stage, e))?;
    }
    // Before anything is made: whether it is whole.
    yingke_store::backup::verify(archive, &*progress).map_err(problem)?;
    super::place::make(&stage)?;
    let stamp = now.timestamp().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let outcome = fill(archive, &stage, target, replace, &stamp, progress);
    let (manifest, schema, tables_aside) = match outcome {
        Ok(done) => done,
        Err(problem) => {
            let _ = std::fs::remove_dir_all(&stage);
            return Err(problem);
        }
    };
    let mut folder_aside = None;
    if !old.is_empty() {
        let aside = data.join(format!("before-restore-{stamp}"));
        super::place::make(&aside)?;
        for path in &old {
            move_into(path, &aside)?;
        }
        folder_aside = Some(aside);
    }
    let mut new: Vec<PathBuf> = std::fs::read_dir(&stage)
        .map_err(|e| io(&stage, e))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !path.ends_with("yingke.db.lock"))
        .collect();
    // The database last: with it the house is there.
    new.sort_by_key(|path| path.ends_with("yingke.db"));
    for path in &new {
        move_into(path, data)?;
    }
    std::fs::remove_dir_all(&stage).map_err(|e| io(&stage, e))?;
    std::fs::File::open(data)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| io(data, e))?;
    Ok(Restored {
        manifest,
        schema,
        folder_aside,
        tables_aside,
    })
}

fn move_into(path: &Path, folder: &Path) -> Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| refused(format!("{} has no name", path.display())))?;
    std::fs::rename(path, folder.join(name)).map_err(|e| {
        refused(format!(
            "{} cannot be moved into {}: {e}",
            path.display(),
            folder.display()
        ))
    })
}

type Filled = (Manifest, i64, Option<String>);

fn fill(
    archive: &Path,
    stage: &Path,
    target: &Target,
    replace: bool,
    stamp: &str,
    progress: Arc<OnProgress>,
) -> Result<Filled> {
    let target = match target {
        Target::Sqlite { .. } => Target::Sqlite {
            path: stage.join("yingke.db"),
        },
        postgres => postgres.clone(),
    };
    let in_postgres = matches!(target, Target::Postgres { .. });
    let config = StoreConfig {
        target,
        ..StoreConfig::sqlite("")
    };
    let store = Store::open(config, Arc::new(|_| {})).map_err(problem)?;
    let aside = (in_postgres && replace).then(|| format!("yingke_before_{}", stamp.to_lowercase()));
    let done = yingke_store::backup::restore(archive, &store, stage, aside.as_deref(), progress).and_then(
        |(manifest, moved)| {
            let schema = yingke_store::migrate::status(&store)?.at;
            Ok((manifest, schema, aside.filter(|_| moved)))
        },
    );
    store.close();
    done.map_err(problem)
}
