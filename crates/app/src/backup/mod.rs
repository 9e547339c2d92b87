//! Backups of a house: made while it works, on demand or once a day; before an upgrade; and read back into an empty folder.

mod place;
mod restore;
mod schedule;

pub use place::{AGE_NAMES, folder, newest};
pub use restore::{Restored, refuse_half_restored, restore};
pub use schedule::{Schedule, run};

use crate::house::problem;
use crate::{House, Problem, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use yingke_kernel::{Clock, ProblemKind, Stamp};
use yingke_store::backup::{Manifest, OnProgress};
use yingke_store::{Lane, Store, Tx, migrate};

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Where it lies.
    pub file: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// What is in it.
    pub manifest: Manifest,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Older backups of the same folder that were deleted.
    pub deleted: Vec<PathBuf>,
}

/// Where to, and how many to keep.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// A file that does not exist, or a folder (made if it does not exist and the name ends with `/`); none = `backups` in the data folder.
    pub to: Option<PathBuf>,
    /// Afterwards only so many of that folder's backups are left, the newest; none = all. Backups before upgrades do not count.
    pub keep: Option<usize>,
}

/// Makes a backup of a house that works; one at a time.
///
/// # Errors
/// `store_refused` with what to do; nothing is left of it then.
pub async fn make(house: &House, wish: Wish, progress: Arc<OnProgress>) -> Result<Made> {
    let _one_at_a_time = house.0.backup.lock().await;
    let (store, data, now) = (house.store().clone(), house.data_dir().to_owned(), house.now());
    let made = tokio::task::spawn_blocking(move || of_store(&store, &data, &wish, now, &*progress))
        .await
        .map_err(|e| {
            tracing::error!(error = %e, "the backup broke off");
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "the backup broke off; the log of the server says why",
            )
        })??;
    let (subject, detail) = (
        made.file.display().to_string(),
        format!("{} rows, {} files", made.manifest.rows(), made.manifest.files()),
    );
    let at = house.now();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            crate::access::audited(tx, at, None, "backup", &subject, &detail)
        })
        .await?;
    tracing::info!(
        file = %made.file.display(),
        bytes = made.bytes,
        rows = made.manifest.rows(),
        files = made.manifest.files(),
        duration_ms = made.took_ms,
        "backup made and checked"
    );
    Ok(made)
}

/// Makes a backup of an opened store and its data folder. Blocks.
///
/// # Errors
/// As [`make`].
pub fn of_store(store: &Store, data: &Path, wish: &Wish, now: Stamp, progress: &OnProgress) -> Result<Made> {
    let begun = Instant::now();
    let file = place::choose(wish.to.as_deref(), data, now)?;
    let manifest = yingke_store::backup::write(store, data, &file, now, progress).map_err(problem)?;
    let bytes = std::fs::metadata(&file).map(|m| m.len()).unwrap_or_default();
    let deleted = match (wish.keep, file.parent()) {
        (Some(keep), Some(folder)) => place::prune(folder, "yingke-", keep.max(1), &file),
        _ => Vec::new(),
    };
    Ok(Made {
        file,
        bytes,
        manifest,
        took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        deleted,
    })
}

/// Backups before upgrades that are kept.
const UPGRADES: usize = 3;

/// Brings the schema up to this program's; what an older program left is backed up first, in `backups` of the data folder.
///
/// # Errors
/// A database that is newer than the program, one that cannot be backed up, or a migration that fails: the database is as
/// it was then.
pub fn upgrade(store: &Store, data: &Path, clock: &dyn Clock) -> Result<(migrate::Report, Option<PathBuf>)> {
    upgrade_by(store, data, clock, migrate::MIGRATIONS)
}

/// [`upgrade`] with another list, for tests.
///
/// # Errors
/// As [`upgrade`].
pub fn upgrade_by(
    store: &Store,
    data: &Path,
    clock: &dyn Clock,
    list: &'static [(&'static str, &'static str)],
) -> Result<(migrate::Report, Option<PathBuf>)> {
    let status = migrate::status_by(store, list).map_err(problem)?;
    let mut kept = None;
    if status.at > 0 && !status.waiting.is_empty() {
        let now = clock.now();
        let begins = format!("before-schema-{}-", status.waiting.len() as i64 + status.at);
        let file = place::folder(data).join(place::name(&begins, now));
        tracing::info!(file = %file.display(), "the database is of an older version: it is backed up before it is changed");
        place::make(&place::folder(data))?;
        let made = yingke_store::backup::write(store, data, &file, now, &|_| {});
        if let Err(error) = made {
            return Err(Problem::new(
                ProblemKind::Unavailable,
                "upgrade_not_begun",
                format!(
                    "the database is of an older version and must be backed up before it is changed, which failed: {error}"
                ),
            ));
        }
        place::prune(&place::folder(data), "before-schema-", UPGRADES, &file);
        kept = Some(file);
    }
    match migrate::run_list(store, list) {
        Ok(report) => {
            if kept.is_some() {
                tracing::info!(from = report.from, to = report.to, applied = ?report.applied, "the database was brought up to date");
            }
            Ok((report, kept))
        }
        Err(error) => {
            let told = problem(error.clone());
            let Some(file) = kept else { return Err(told) };
            Err(Problem::new(
                told.kind,
                "upgrade_failed",
                format!(
                    "the database could not be brought up to date and is as it was ({error}); start the older program again; a backup lies in {}",
                    file.display()
                ),
            ))
        }
    }
}
