//! Work on the pages that is done again only when something changed.

use crate::run::{Failure, Place, program, run, say};
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that no page is built from.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "e2e", "check", "mock", "test", "coverage"];

/// An npm command in web/.
pub(crate) fn npm(place: &Place, args: &[&str]) -> Command {
    let mut command = program("npm");
    command.current_dir(place.web()).args(args);
    command
}

/// `npm ci`, unless the installed packages are those of the lock file.
pub(crate) fn install(place: &Place) -> Result<()> {
    let web = place.web();
    let inputs = [web.join("package-lock.json")];
    // npm writes this file last: without it the folder is half of one.
    let there = web.join("node_modules/.package-lock.json").exists();
    once(place, "npm-ci", &inputs, there, || {
        run(&mut npm(place, &["ci", "--no-audit", "--no-fund"]))
    })
}

/// `npm run build`, unless the pages were built from the same sources.
pub(crate) fn build(place: &Place) -> Result<()> {
    let web = place.web();
    let mut inputs = Vec::new();
    files(&web, &mut inputs).with_context(|| format!("reading {}", web.display()))?;
    inputs.sort();
    let there = web.join("dist").is_dir();
    once(place, "web-build", &inputs, there, || {
        run(&mut npm(place, &["run", "build"]))
    })
}

/// Generates the pages' typed client anew.
///
/// # Errors
/// If the one that is checked in was not fresh. The fresh one stays in place, to be looked at.
pub(crate) fn client(place: &Place) -> Result<()> {
    const CLIENT: &str = "packages/api/src/schema.gen.ts";
    let path = place.web().join(CLIENT);
    let before = std::fs::read(&path).ok();
    run(&mut npm(place, &["run", "gen"]))?;
    if std::fs::read(&path).ok() != before {
        return Err(Failure::failed(format!("web/{CLIENT} was not fresh; it is now")));
    }
    Ok(())
}

/// Does the work unless it was done for the same inputs and its result is there.
fn once(
    place: &Place,
    name: &str,
    inputs: &[PathBuf],
    there: bool,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = place.target.join("xtask").join(name);
    let now = digest(inputs)?;
    if there && std::fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
        say("  nothing changed since the last time");
        return Ok(());
    }
    // Half-done work must not look done.
    let _ = std::fs::remove_file(&stamp);
    work()?;
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&stamp, now).with_context(|| format!("writing {}", stamp.display()))
}

/// Every file under a folder that the pages are built from.
fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if !NOT_SOURCES.iter().any(|skipped| name == *skipped) {
                files(&entry.path(), found)?;
            }
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// A digest of names and contents. Not for secrets: it only says whether something changed.
fn digest(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let name = file.as_os_str().as_encoded_bytes();
        for part in [name, bytes.as_slice()] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn place(name: &str) -> Place {
        let root = std::env::temp_dir().join(format!("yingke-xtask-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join("web/src")).unwrap();
        Place {
            target: root.join("target"),
            root,
            metadata: serde_json::Value::Null,
        }
    }

    #[test]
    fn work_is_done_once_for_the_same_inputs() {
        let place = place("once");
        let file = place.web().join("src/a.ts");
        std::fs::write(&file, "1").unwrap();
        let runs = Cell::new(0);
        let work = || {
            runs.set(runs.get() + 1);
            Ok(())
        };
        let inputs = [file.clone()];
        once(&place, "x", &inputs, true, work).unwrap();
        once(&place, "x", &inputs, true, work).unwrap();
        assert_eq!(runs.get(), 1, "the same input");
        once(&place, "x", &inputs, false, work).unwrap();
        assert_eq!(runs.get(), 2, "the result is gone");
        std::fs::write(&file, "2").unwrap();
        once(&place, "x", &inputs, true, work).unwrap();
        assert_eq!(runs.get(), 3, "the input changed");
        std::fs::write(&file, "3").unwrap();
        assert!(once(&place, "x", &inputs, true, || anyhow::bail!("broken")).is_err());
        once(&place, "x", &inputs, true, work).unwrap();
        assert_eq!(runs.get(), 4, "failed work is not done");
        std::fs::remove_dir_all(&place.root).unwrap();
    }

    #[test]
    fn sources_leave_out_what_is_built_and_installed() {
        let place = place("files");
        for (folder, name) in [
            ("src", "a.ts"),
            ("node_modules/vue", "b.js"),
            ("dist", "c.js"),
            ("apps/desk/test", "d.ts"),
        ] {
            std::fs::create_dir_all(place.web().join(folder)).unwrap();
            std::fs::write(place.web().join(folder).join(name), "").unwrap();
        }
        let mut found = Vec::new();
        files(&place.web(), &mut found).unwrap();
        assert_eq!(found, [place.web().join("src/a.ts")]);
        std::fs::remove_dir_all(&place.root).unwrap();
    }
}
