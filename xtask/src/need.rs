//! What the machine must have.

use crate::run::{Failure, first_line, program, run, say};
use anyhow::Result;
use std::path::Path;

/// Oldest Rust: `rust-version` of the root manifest.
const RUST: Version = Version(1, 95);
/// Oldest Node: `engines` of web/package.json.
const NODE: Version = Version(20, 19);
/// Oldest PostgreSQL that the store speaks to.
const POSTGRES: u32 = 15;

/// Major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl Version {
    /// The first `N.N` of a line: `rustc 1.95.0 (…)`, `v20.20.2`.
    fn find(line: &str) -> Option<Self> {
        line.split(|c: char| !c.is_ascii_digit() && c != '.')
            .find_map(|word| {
                let mut parts = word.split('.');
                Some(Self(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
            })
    }
}

/// Rust, Node and npm: what the person must bring.
///
/// # Errors
/// Code 2, with the way to get what is missing.
pub(crate) fn toolchain() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    at_least(
        "rustc",
        first_line(program(rustc).arg("--version")),
        RUST,
        "install or update Rust from https://rustup.rs: `rustup update stable`",
    )?;
    let node = "get Node from https://nodejs.org or your distribution (`apt-get install nodejs npm` on Debian 13 or newer)";
    at_least("node", first_line(program("node").arg("--version")), NODE, node)?;
    at_least(
        "npm",
        first_line(program("npm").arg("--version")),
        Version(9, 0),
        node,
    )
}

fn at_least(name: &str, found: Option<String>, wanted: Version, remedy: &str) -> Result<()> {
    let Version(major, minor) = wanted;
    let Some(line) = found else {
        return Err(Failure::bad_input(format!(
            "`{name}` {major}.{minor} or newer is needed and was not found: {remedy}"
        )));
    };
    match Version::find(&line) {
        Some(version) if version >= wanted => Ok(()),
        Some(_) => Err(Failure::bad_input(format!(
            "`{name}` {major}.{minor} or newer is needed, this is \"{line}\": {remedy}"
        ))),
        None => Err(Failure::bad_input(format!(
            "`{name} --version` says \"{line}\", which holds no version: {remedy}"
        ))),
    }
}

/// A package of the distribution that only the tests want, and how to see that it is there.
struct Package {
    name: &'static str,
    present: fn() -> bool,
    purpose: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "chromium",
        present: chromium,
        purpose: "end-to-end tests",
    },
    Package {
        name: "postgresql",
        present: postgres,
        purpose: "tests on PostgreSQL",
    },
    Package {
        name: "fonts-noto-cjk",
        present: chinese_font,
        purpose: "Chinese in pictures of the pages",
    },
];

/// Chromium, PostgreSQL and a Chinese font; installs through apt what is missing.
///
/// # Errors
/// Code 2 if something is missing and may not be installed here: then the exact command is said.
pub(crate) fn packages() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        for package in PACKAGES {
            say(format_args!("  {} ({}): there", package.name, package.purpose));
        }
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let what = missing
        .iter()
        .map(|p| format!("{} ({})", p.name, p.purpose))
        .collect::<Vec<_>>()
        .join(", ");
    let list = names.join(" ");
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {list}");
    if first_line(program("apt-get").arg("--version")).is_none() {
        return Err(Failure::bad_input(format!(
            "missing: {what}. There is no apt-get here; install the like of these packages by your system's own means: {list}"
        )));
    }
    if first_line(program("id").arg("-u")).as_deref() != Some("0") {
        return Err(Failure::bad_input(format!(
            "missing: {what}. Run this, then `cargo verify` again:\n\n    sudo sh -c '{line}'\n"
        )));
    }
    say(format_args!("  missing: {what}; installing"));
    let quiet = |command: &mut std::process::Command| run(command.env("DEBIAN_FRONTEND", "noninteractive"));
    quiet(program("apt-get").args(["update", "-q"]))?;
    quiet(
        program("apt-get")
            .args(["install", "-q", "-y", "--no-install-recommends"])
            .args(&names),
    )?;
    match self::missing().as_slice() {
        [] => Ok(()),
        still => Err(Failure::bad_input(format!(
            "apt-get installed {list}, but these are still not found: {}",
            still
                .iter()
                .map(|package| package.name)
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}

fn missing() -> Vec<&'static Package> {
    PACKAGES.iter().filter(|package| !(package.present)()).collect()
}

fn chromium() -> bool {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .any(|name| on_path(name))
}

/// Server programs, not only the client: the tests start a server of their own.
fn postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let packaged = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        (version >= POSTGRES).then(|| entry.path().join("bin/initdb"))
    });
    packaged.into_iter().any(|initdb| initdb.exists()) || (on_path("initdb") && on_path("postgres"))
}

fn chinese_font() -> bool {
    first_line(program("fc-list").arg(":lang=zh-cn")).is_some_and(|line| !line.is_empty())
        || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
}

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        assert_eq!(
            Version::find("rustc 1.95.0 (59807616e 2026-04-14)"),
            Some(Version(1, 95))
        );
        assert_eq!(Version::find("v20.20.2"), Some(Version(20, 20)));
        assert_eq!(Version::find("10.8.2"), Some(Version(10, 8)));
        assert_eq!(Version::find("no number"), None);
        assert!(Version(2, 0) > Version(1, 95));
    }

    #[test]
    fn an_old_or_missing_program_is_refused_with_a_remedy() {
        for (found, part) in [
            (Some("v18.19.1".to_owned()), "this is \"v18.19.1\""),
            (None, "was not found"),
            (Some("node?".to_owned()), "holds no version"),
        ] {
            let error = at_least("node", found, NODE, "get it there").unwrap_err();
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code, 2);
            let words = error.to_string();
            assert!(words.contains(part) && words.ends_with("get it there"), "{words}");
        }
        assert!(at_least("node", Some("v20.19.0".to_owned()), NODE, "").is_ok());
    }
}
