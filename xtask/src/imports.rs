//! `cargo xtask check-imports`: the invariants of ARCHITECTURE.md that can be read off manifests and sources.
//!
//! 1. Rooms depend only downwards: server ► api ► app ► store, sheets ► domain ► kernel.
//! 2. kernel and domain have no runtime, no web, no database, no environment, no files, no clock. The one exception is
//!    `kernel::SystemClock`, which is where everybody else gets the time.
//! 3. Only store names a database; SQL files lie only in store.
//! 4. Only api names axum; server may too, to serve what api made.
//! 5. Only server, and the tools of development, read the environment.
//! 6. No folder is named utils, common or the like.
//! 7. A rule id anywhere has the form of one, and, where the rulebook lies beside the project, is one.
//!
//! That a feature of the desk keeps its insides to itself is ESLint's business (web/eslint.config.js).
//! Tests, examples and benches may use files, environment and clock; what they depend on is checked as well.

use crate::run::{Failure, Place, say};
use crate::source::{Source, code_only, line_of, names, without_tests};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// Each crate and the crates of the house it may depend on. Development tools are not part of the house.
const ROOMS: &[(&str, &[&str])] = &[
    ("yingke-kernel", &[]),
    ("yingke-domain", &["yingke-kernel"]),
    ("yingke-store", &["yingke-kernel", "yingke-domain"]),
    ("yingke-sheets", &["yingke-kernel", "yingke-domain"]),
    (
        "yingke-app",
        &["yingke-kernel", "yingke-domain", "yingke-store", "yingke-sheets"],
    ),
    ("yingke-api", &["yingke-kernel", "yingke-domain", "yingke-app"]),
    (
        "yingke-server",
        &[
            "yingke-kernel",
            "yingke-domain",
            "yingke-store",
            "yingke-sheets",
            "yingke-app",
            "yingke-api",
        ],
    ),
];

/// Tools of development: they may depend on any room, no room may depend on them except in its tests.
const TOOLS: &[&str] = &["yingke-testkit", "yingke-loadgen", "xtask"];

/// A crate of others that only some rooms may depend on; tools may.
const RESERVED: &[(&[&str], &[&str])] = &[
    (
        &["rusqlite", "libsqlite3-sys", "postgres", "tokio-postgres", "sqlx"],
        &["yingke-store"],
    ),
    (&["axum", "axum-extra"], &["yingke-api", "yingke-server"]),
    (&["clap"], &["yingke-server"]),
];

/// What a pure room may not depend on, in its tests neither.
const IMPURE_CRATES: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "tower",
    "rusqlite",
    "postgres",
    "tokio-postgres",
    "tracing",
    "reqwest",
];

/// The pure rooms.
const PURE: &[&str] = &["crates/kernel/", "crates/domain/"];

/// What a pure room may not name.
const IMPURE_PATHS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "axum",
    "rusqlite",
    "postgres",
];

/// The one place that reads the machine's clock.
const CLOCK: (&str, &str) = ("crates/kernel/src/clock.rs", "Timestamp::now");

/// Who may read the environment.
const READS_ENVIRONMENT: &[&str] = &["crates/server/", "crates/testkit/", "crates/loadgen/", "xtask/"];

/// Folder names that hide a capability without a name.
const NAMELESS: &[&str] = &["util", "utils", "common", "misc", "helper", "helpers"];

/// A rule that is broken, and where.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    /// File, with line if there is one.
    at: String,
    what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Checks the whole project.
///
/// # Errors
/// Code 1 with every fault, one a line.
pub(crate) fn run(place: &Place, words: &[String]) -> Result<()> {
    if !words.is_empty() {
        return Err(Failure::bad_input("check-imports takes no arguments"));
    }
    let mut sources = Vec::new();
    for folder in ["crates", "xtask", "policy", "web/apps", "web/packages"] {
        read(&place.root, folder, &mut sources)?;
    }
    let rulebook = std::fs::read_to_string(place.root.join("../shared/rulebook.md")).ok();
    if rulebook.is_none() {
        say("  SKIPPED: whether each rule id is in the rulebook, which does not lie beside the project");
    }
    let mut faults = packages(&place.metadata);
    faults.extend(rooms(&sources));
    faults.extend(folders(&sources));
    faults.extend(rule_ids(&sources, rulebook.as_deref()));
    for fault in &faults {
        eprintln!("{fault}");
    }
    match faults.len() {
        0 => {
            say(format_args!("  {} files keep the rules", sources.len()));
            Ok(())
        }
        n => Err(Failure::failed(format!(
            "{n} import{} that the house does not allow",
            if n == 1 { "" } else { "s" }
        ))),
    }
}

/// Text files under a folder, without what is built, installed or generated.
fn read(root: &Path, folder: &str, found: &mut Vec<Source>) -> Result<()> {
    let path = root.join(folder);
    if !path.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&path).with_context(|| format!("reading {}", path.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if !["node_modules", "dist", "target"].contains(&name.as_str()) {
                read(root, &inner, found)?;
            }
        } else if ["rs", "ts", "vue", "sql", "toml", "mjs", "css"]
            .iter()
            .any(|end| name.ends_with(&format!(".{end}")))
        {
            let text = std::fs::read_to_string(entry.path()).with_context(|| format!("reading {inner}"))?;
            found.push(Source { path: inner, text });
        }
    }
    Ok(())
}

/// Rules 1 to 4 in the manifests. Takes what `cargo metadata --no-deps` says.
fn packages(metadata: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for package in list(&metadata["packages"]) {
        let name = package["name"].as_str().unwrap_or_default();
        let mut fault = |what: String| {
            faults.push(Fault {
                at: format!("Cargo.toml of {name}"),
                what,
            })
        };
        let tool = TOOLS.contains(&name);
        let allowed = ROOMS
            .iter()
            .find(|(room, _)| *room == name)
            .map(|(_, allowed)| *allowed);
        if allowed.is_none() && !tool {
            fault("no room of this name; say in xtask/src/imports.rs what it may depend on".to_owned());
        }
        for dependency in list(&package["dependencies"]) {
            let other = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"] == "dev";
            if TOOLS.contains(&other) && !tool && !in_tests {
                fault(format!(
                    "depends on `{other}`, a tool of development: only as a dev-dependency"
                ));
            }
            if ROOMS.iter().any(|(room, _)| *room == other) {
                if name == "xtask" {
                    fault(format!(
                        "depends on `{other}`: xtask is built first and depends on no room"
                    ));
                }
                if let Some(allowed) = allowed
                    && !allowed.contains(&other)
                    && !in_tests
                {
                    fault(format!("depends on `{other}`: rooms depend only downwards"));
                }
            }
            for (crates, owners) in RESERVED {
                if crates.contains(&other) && !owners.contains(&name) && !in_tests && !tool {
                    fault(format!(
                        "depends on `{other}`, which is kept to {}",
                        owners.join(", ")
                    ));
                }
            }
            if ["yingke-kernel", "yingke-domain"].contains(&name) && IMPURE_CRATES.contains(&other) {
                fault(format!("depends on `{other}`: this room has no I/O"));
            }
        }
    }
    faults
}

/// Rules 2, 3 and 5 in the sources.
fn rooms(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources {
        let path = source.path.as_str();
        if path.ends_with(".sql") && !path.starts_with("crates/store/") {
            faults.push(Fault {
                at: path.to_owned(),
                what: "SQL outside crates/store".to_owned(),
            });
        }
        if !path.ends_with(".rs") || is_test(path) {
            continue;
        }
        let code = without_tests(&code_only(&source.text));
        let mut fault = |line: usize, what: String| {
            faults.push(Fault {
                at: format!("{path}:{line}"),
                what,
            })
        };
        if PURE.iter().any(|room| path.starts_with(room)) {
            for name in IMPURE_PATHS.iter().filter(|name| (path, **name) != CLOCK) {
                if let Some(line) = names(&code, name).or_else(|| short(&code, name)) {
                    fault(
                        line,
                        format!("names `{name}`: this room has no I/O, and the time is given to it"),
                    );
                }
            }
        } else if !READS_ENVIRONMENT.iter().any(|room| path.starts_with(room))
            && let Some(line) = names(&code, "std::env")
        {
            fault(
                line,
                "reads the environment: only the server does, and passes on what it read".to_owned(),
            );
        }
    }
    faults
}

/// `jiff::Timestamp::now` is found by its last two words.
fn short(code: &str, name: &str) -> Option<usize> {
    name.ends_with("::now")
        .then(|| code.find(name).map(|at| line_of(code, at)))
        .flatten()
}

/// Files that only tests, examples and benches are made of.
fn is_test(path: &str) -> bool {
    ["/tests/", "/examples/", "/benches/"]
        .iter()
        .any(|folder| path.contains(folder))
        || path.ends_with("/tests.rs")
}

/// Rule 6.
fn folders(sources: &[Source]) -> Vec<Fault> {
    let mut nameless = BTreeSet::new();
    for source in sources {
        let parts: Vec<&str> = source.path.split('/').collect();
        for (index, part) in parts.iter().enumerate() {
            let name = part.split('.').next().unwrap_or_default();
            if NAMELESS.contains(&name) {
                nameless.insert(parts[..=index].join("/"));
            }
        }
    }
    let what = "a capability is missing its name; call it by what it does";
    nameless
        .into_iter()
        .map(|at| Fault {
            at,
            what: what.to_owned(),
        })
        .collect()
}

/// Rule 7.
fn rule_ids(sources: &[Source], rulebook: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|s| !s.path.starts_with("xtask/")) {
        for (at, id) in ids(&source.text) {
            let at = format!("{}:{}", source.path, line_of(&source.text, at));
            if !is_rule_id(id) {
                let what = format!("`{id}` is no rule id; one is like R-WORD-01, or R-WORD for all of them");
                faults.push(Fault { at, what });
            } else if rulebook.is_some_and(|book| !ids(book).iter().any(|(_, rule)| belongs(rule, id))) {
                let what = format!("there is no rule {id} in the rulebook");
                faults.push(Fault { at, what });
            }
        }
    }
    faults
}

/// Whether a rule is this one, or of this family.
fn belongs(rule: &str, id: &str) -> bool {
    rule.strip_prefix(id)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Everything that begins like a rule id: `R-`, a capital.
fn ids(text: &str) -> Vec<(usize, &str)> {
    let in_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices("R-")
        .filter(|(at, _)| {
            !text[..*at]
                .chars()
                .next_back()
                .is_some_and(|c| in_id(c) || c == '_')
        })
        .filter_map(|(at, _)| {
            let rest = &text[at..];
            let id = &rest[..rest.find(|c| !in_id(c)).unwrap_or(rest.len())];
            let id = id.trim_end_matches('-');
            id[1..]
                .chars()
                .nth(1)
                .is_some_and(|c| c.is_ascii_uppercase())
                .then_some((at, id))
        })
        .collect()
}

/// `R-RESP-03`, or `R-RESP` for the family.
fn is_rule_id(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    let (word, number) = match parts.as_slice() {
        ["R", word] => (word, None),
        ["R", word, number] => (word, Some(number)),
        _ => return false,
    };
    let capitals = word.len() >= 2 && word.bytes().all(|b| b.is_ascii_uppercase());
    capitals && number.is_none_or(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn manifest(name: &str, dependencies: &[(&str, Value)]) -> Value {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|(name, kind)| json!({ "name": name, "kind": kind }))
            .collect();
        json!({ "packages": [{ "name": name, "dependencies": dependencies }] })
    }

    #[test]
    fn rooms_depend_only_downwards() {
        let normal = || Value::Null;
        assert_eq!(
            packages(&manifest(
                "yingke-app",
                &[("yingke-store", normal()), ("yingke-kernel", normal())]
            )),
            []
        );
        for (name, dependency) in [
            ("yingke-domain", "yingke-store"),
            ("yingke-kernel", "yingke-domain"),
            ("yingke-store", "yingke-sheets"),
            ("yingke-store", "yingke-app"),
            ("yingke-app", "yingke-api"),
            ("yingke-api", "yingke-server"),
            ("yingke-api", "yingke-store"),
            ("yingke-app", "yingke-testkit"),
            ("xtask", "yingke-kernel"),
            ("yingke-app", "rusqlite"),
            ("yingke-api", "postgres"),
            ("yingke-app", "axum"),
            ("yingke-kernel", "tokio"),
            ("yingke-domain", "axum"),
            ("yingke-new", "serde"),
        ] {
            let faults = packages(&manifest(name, &[(dependency, normal())]));
            assert!(!faults.is_empty(), "{name} must not depend on {dependency}");
        }
    }

    #[test]
    fn tests_may_use_the_tools_but_pure_rooms_no_runtime() {
        let dev = || json!("dev");
        assert_eq!(
            packages(&manifest("yingke-store", &[("yingke-testkit", dev())])),
            []
        );
        assert_eq!(packages(&manifest("yingke-domain", &[("proptest", dev())])), []);
        assert_eq!(packages(&manifest("yingke-domain", &[("tokio", dev())])).len(), 1);
    }

    #[test]
    fn pure_rooms_name_no_machine() {
        for text in [
            "use std::env;",
            "use std::{fs, fmt};",
            "let now = std::time::SystemTime::now();",
            "use std::time::{Duration, Instant};",
            "let now = jiff::Timestamp::now();",
            "let now = Zoned::now();",
            "tokio::spawn(async {});",
        ] {
            let faults = rooms(&[source("crates/domain/src/clock.rs", text)]);
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert_eq!(faults[0].at, "crates/domain/src/clock.rs:1");
        }
        let fine = "//! std::env is not named here\nuse std::time::Duration;\nfn f(now: Stamp) {}\n#[cfg(test)]\nmod tests { use std::fs; }";
        assert_eq!(rooms(&[source("crates/domain/src/clock.rs", fine)]), []);
        assert_eq!(
            rooms(&[source("crates/domain/src/clock/tests.rs", "use std::fs;")]),
            []
        );
    }

    #[test]
    fn the_clock_is_read_in_one_place() {
        let text = "fn now() { jiff::Timestamp::now() }";
        assert_eq!(rooms(&[source("crates/kernel/src/clock.rs", text)]), []);
        assert_eq!(rooms(&[source("crates/kernel/src/time.rs", text)]).len(), 1);
    }

    #[test]
    fn only_the_server_and_tools_read_the_environment() {
        let text = "let x = std::env::var(\"X\");";
        for path in [
            "crates/server/src/main.rs",
            "crates/testkit/src/postgres.rs",
            "xtask/src/run.rs",
            "crates/app/tests/it.rs",
        ] {
            assert_eq!(rooms(&[source(path, text)]), [], "{path}");
        }
        for path in [
            "crates/app/src/house.rs",
            "crates/api/src/lib.rs",
            "crates/store/src/lib.rs",
            "crates/sheets/src/text.rs",
        ] {
            assert_eq!(rooms(&[source(path, text)]).len(), 1, "{path}");
        }
    }

    #[test]
    fn sql_lies_in_the_store() {
        assert_eq!(
            rooms(&[source("crates/store/queries/shop/all.sql", "SELECT 1")]),
            []
        );
        assert_eq!(rooms(&[source("crates/app/src/shop.sql", "SELECT 1")]).len(), 1);
    }

    #[test]
    fn folders_have_names() {
        let sources = [
            source("crates/app/src/utils/a.rs", ""),
            source("crates/app/src/utils/b.rs", ""),
            source("web/apps/desk/src/common.ts", ""),
            source("crates/app/src/commonplace.rs", ""),
        ];
        let faults = folders(&sources);
        let places: Vec<&str> = faults.iter().map(|fault| fault.at.as_str()).collect();
        assert_eq!(places, ["crates/app/src/utils", "web/apps/desk/src/common.ts"]);
    }

    #[test]
    fn rule_ids_have_their_form_and_exist() {
        let book = Some("**R-RESP-03** and R-DESK-04");
        let ok = "// R-RESP-03, see R-DESK-04, all of R-RESP. CR-LF, USER-R-X, R-squared";
        assert_eq!(rule_ids(&[source("crates/domain/src/a.rs", ok)], book), []);
        for bad in [
            "R-RESP-3",
            "R-RESP-003",
            "R-Resp-03",
            "R-RESP-03-1",
            "R-DESK-05",
            "R-DES",
        ] {
            assert_eq!(
                rule_ids(&[source("crates/domain/tests/a.rs", bad)], book).len(),
                1,
                "{bad}"
            );
        }
        assert_eq!(
            rule_ids(&[source("a.rs", "R-DESK-05")], None),
            [],
            "nothing to compare with"
        );
    }

    #[test]
    fn the_project_itself_is_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut sources = Vec::new();
        read(&root, "crates", &mut sources).unwrap();
        assert!(sources.iter().any(|s| s.path == "crates/kernel/src/clock.rs"));
        assert!(
            sources
                .iter()
                .any(|s| s.path.starts_with("crates/store/queries/"))
        );
    }
}
