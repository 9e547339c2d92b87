//! Where backups lie, and what they are called: `yingke-20261122T033000Z.tar`, so that the order of names is that of time.

use crate::{Problem, Result};
use std::path::{Path, PathBuf};
use yingke_kernel::Stamp;

/// Beginnings of the names of backups whose age counts.
pub const AGE_NAMES: [&str; 1] = ["yingke-"];
const ENDING: &str = ".tar";
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The usual place.
pub fn folder(data: &Path) -> PathBuf {
    data.join("backups")
}

pub(super) fn name(begins: &str, now: Stamp) -> String {
    format!("{begins}{}{ENDING}", now.timestamp().strftime(TIME))
}

fn refused(detail: String) -> Problem {
    Problem::invalid("backup_place", detail)
}

/// Makes the folder, for its owner only.
pub(super) fn make(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|e| refused(format!("the folder {} cannot be made: {e}", folder.display())))
}

/// The file that a wish means.
pub(super) fn choose(to: Option<&Path>, data: &Path, now: Stamp) -> Result<PathBuf> {
    let folder = match to {
        None => self::folder(data),
        Some(to) if to.is_dir() || to.as_os_str().as_encoded_bytes().ends_with(b"/") => to.to_owned(),
        Some(file) => return Ok(file.to_owned()),
    };
    make(&folder)?;
    Ok(folder.join(name("yingke-", now)))
}

/// Backups of this folder whose name begins so, oldest first.
fn list(folder: &Path, begins: &str) -> Vec<(Stamp, PathBuf)> {
    let mut found: Vec<(Stamp, PathBuf)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            if !name.starts_with(begins) {
                return None;
            }
            let rest = name.strip_suffix(ENDING)?;
            Some((made_at(rest.rsplit('-').next()?)?, entry.path()))
        })
        .collect();
    found.sort();
    found
}

/// `20261122T033000Z`.
fn made_at(text: &str) -> Option<Stamp> {
    let digits = |from: usize, to: usize| text.get(from..to);
    if text.len() != 16 {
        return None;
    }
    let written = format!(
        "{}-{}-{}T{}:{}:{}Z",
        digits(0, 4)?,
        digits(4, 6)?,
        digits(6, 8)?,
        digits(9, 11)?,
        digits(11, 13)?,
        digits(13, 15)?
    );
    Stamp::parse(&written).ok()
}

/// When the newest backup in these folders was made.
pub fn newest(folders: &[PathBuf]) -> Option<Stamp> {
    let found = folders
        .iter()
        .flat_map(|folder| AGE_NAMES.iter().flat_map(|begins| list(folder, begins)));
    found.map(|(at, _)| at).max()
}

/// Deletes the oldest backups of a folder until `keep` are left; never `but`. Those deleted.
pub(super) fn prune(folder: &Path, begins: &str, keep: usize, but: &Path) -> Vec<PathBuf> {
    let found = list(folder, begins);
    let too_many = found.len().saturating_sub(keep);
    let mut deleted = Vec::new();
    for (_, path) in found.into_iter().take(too_many).filter(|(_, path)| path != but) {
        match std::fs::remove_file(&path) {
            Ok(()) => deleted.push(path),
            Err(error) => {
                tracing::warn!(%error, file = %path.display(), "an old backup could not be deleted")
            }
        }
    }
    deleted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Stamp {
        Stamp::parse(text).unwrap()
    }

    #[test]
    fn a_name_tells_its_time() {
        let now = at("2026-11-22T03:30:07Z");
        let name = name("yingke-", now);
        assert_eq!(name, "yingke-20261122T033007Z.tar");
        assert_eq!(made_at("20261122T033007Z"), Some(now));
        assert_eq!(made_at("20261322T033007Z"), None);
        assert_eq!(made_at("yesterday"), None);
    }

    #[test]
    fn only_our_own_oldest_are_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let names = [
            "yingke-20261120T033000Z.tar",
            "yingke-20261121T033000Z.tar",
            "yingke-20261122T033000Z.tar",
            "before-schema-3-20261101T000000Z.tar",
            "yingke-notes.tar",
            "yingke-20261119T033000Z.tar.gz",
        ];
        for name in names {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let newest_file = dir.path().join(names[2]);
        let deleted = prune(dir.path(), "yingke-", 2, &newest_file);
        assert_eq!(deleted, [dir.path().join(names[0])]);
        assert!(prune(dir.path(), "yingke-", 2, &newest_file).is_empty());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 5);
        assert_eq!(newest(&[dir.path().to_owned()]), Some(at("2026-11-22T03:30:00Z")));
        assert_eq!(newest(&[dir.path().join("nowhere")]), None);
    }

    #[test]
    fn a_folder_gets_a_name_and_a_file_keeps_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let now = at("2026-11-22T03:30:07Z");
        let new = format!("{}/new/", dir.path().display());
        let in_new = choose(Some(Path::new(&new)), dir.path(), now).unwrap();
        assert_eq!(in_new, dir.path().join("new/yingke-20261122T033007Z.tar"));
        let own = choose(Some(&dir.path().join("own.tar")), dir.path(), now).unwrap();
        assert_eq!(own, dir.path().join("own.tar"));
        let usual = choose(None, dir.path(), now).unwrap();
        assert!(usual.starts_with(dir.path().join("backups")));
    }
}
