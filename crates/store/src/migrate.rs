//! The schema, step by step: one file for both databases, never edited once released.
//!
//! A file holds type words that stand for each database's own (`{ID} {INT} {BOOL} {TEXT} {REAL} {BYTES}`), `{STRICT}` and
//! `{WITHOUT_ROWID}` behind a table's closing bracket, and blocks `-- @pg` … `-- @end`, `-- @sqlite` … `-- @end` for what
//! only one of them has. All new files run in one transaction, or none does.

use crate::{Dialect, Lane, Result, Store, StoreError, Tx, args};
use sha2::{Digest, Sha256};
use yingke_kernel::{Clock, SystemClock};

/// Every migration, in order: file name without ending, text.
pub const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_house", include_str!("../migrations/0001_house.sql")),
    ("0002_front", include_str!("../migrations/0002_front.sql")),
    ("0003_buyers", include_str!("../migrations/0003_buyers.sql")),
    ("0004_access", include_str!("../migrations/0004_access.sql")),
    ("0005_talk", include_str!("../migrations/0005_talk.sql")),
    ("0006_search", include_str!("../migrations/0006_search.sql")),
    ("0007_policy", include_str!("../migrations/0007_policy.sql")),
    (
        "0008_forgetting",
        include_str!("../migrations/0008_forgetting.sql"),
    ),
    ("0009_incident", include_str!("../migrations/0009_incident.sql")),
    ("0010_routing", include_str!("../migrations/0010_routing.sql")),
    ("0011_bargain", include_str!("../migrations/0011_bargain.sql")),
    ("0012_phrase", include_str!("../migrations/0012_phrase.sql")),
    ("0013_guard", include_str!("../migrations/0013_guard.sql")),
    ("0014_notice", include_str!("../migrations/0014_notice.sql")),
    ("0015_duty", include_str!("../migrations/0015_duty.sql")),
    ("0016_abuse", include_str!("../migrations/0016_abuse.sql")),
    (
        "0017_guard_word",
        include_str!("../migrations/0017_guard_word.sql"),
    ),
    ("0018_call", include_str!("../migrations/0018_call.sql")),
    ("0019_worklog", include_str!("../migrations/0019_worklog.sql")),
    ("0020_goal", include_str!("../migrations/0020_goal.sql")),
    (
        "0021_order_number",
        include_str!("../migrations/0021_order_number.sql"),
    ),
    (
        "0022_escalation",
        include_str!("../migrations/0022_escalation.sql"),
    ),
    ("0023_pairing", include_str!("../migrations/0023_pairing.sql")),
];

/// What [`run`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Number of the newest migration before; 0 for an empty database.
    pub from: i64,
    /// Number of the newest migration now.
    pub to: i64,
    /// Names of those applied, in order.
    pub applied: Vec<String>,
}

/// How the database stands against this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Number of the newest migration in the database; 0 if there is none.
    pub at: i64,
    /// Number of the newest migration that this program knows.
    pub known: i64,
    /// Names of those still to be applied.
    pub waiting: Vec<String>,
}

/// Brings the database to this program's schema. Does nothing if it is there already.
///
/// # Errors
/// `Refused`, with nothing touched, if the database is newer than the program, if an applied migration's text differs from the
/// program's, or if one is missing. Any error of the database: nothing is kept.
pub fn run(store: &Store) -> Result<Report> {
    run_list(store, MIGRATIONS)
}

/// How the database stands, touching nothing.
///
/// # Errors
/// As [`run`].
pub fn status(store: &Store) -> Result<Status> {
    status_by(store, MIGRATIONS)
}

/// [`status`] against another list, for tests.
///
/// # Errors
/// As [`run`].
pub fn status_by(store: &Store, list: &'static [(&'static str, &'static str)]) -> Result<Status> {
    store.read_blocking(|tx| status_of(tx, &numbered(list)?))
}

/// [`run`] with another list, for tests.
///
/// # Errors
/// As [`run`].
pub fn run_list(store: &Store, list: &'static [(&'static str, &'static str)]) -> Result<Report> {
    let steps = numbered(list)?;
    // Looked at first without a lock, so that a refusal touches nothing and a start with nothing to do waits for nobody.
    let before = store.read_blocking(|tx| status_of(tx, &steps))?;
    if before.waiting.is_empty() && before.at > 0 {
        return Ok(Report {
            from: before.at,
            to: before.at,
            applied: Vec::new(),
        });
    }
    store.write_blocking(Lane::Any, move |tx| apply(tx, &steps))
}

/// Brings the schema of this transaction's database up to the migration `number` (at most the newest), for what is restored.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_to(tx: &mut Tx<'_>, number: i64) -> Result<Report> {
    let mut steps = numbered(MIGRATIONS)?;
    steps.retain(|step| step.number <= number);
    apply(tx, &steps)
}

/// Number, name and checksum of every migration of this program.
pub(crate) fn known() -> Result<Vec<(i64, &'static str, String)>> {
    Ok(numbered(MIGRATIONS)?
        .into_iter()
        .map(|step| (step.number, step.name, step.checksum))
        .collect())
}

fn apply(tx: &mut Tx<'_>, steps: &[Step]) -> Result<Report> {
    if tx.dialect() == Dialect::Postgres {
        // Two processes that start together: the second waits, then finds nothing to do.
        tx.batch("SELECT pg_advisory_xact_lock(7238194402117)")?;
    }
    let status = status_of(tx, steps)?;
    let own = "CREATE TABLE IF NOT EXISTS schema_migration \
               (number {INT} PRIMARY KEY, name {TEXT} NOT NULL, checksum {TEXT} NOT NULL, at {INT} NOT NULL){STRICT}";
    tx.batch(&words(own, tx.dialect()))?;
    let mut applied = Vec::new();
    for step in steps.iter().filter(|step| step.number > status.at) {
        tx.batch(&text_for(step.text, tx.dialect())?)
            .map_err(|e| StoreError::Driver(format!("migration {}: {e}", step.name)))?;
        tx.exec(
            "INSERT INTO schema_migration (number, name, checksum, at) VALUES ($1, $2, $3, $4)",
            args![step.number, step.name, &step.checksum, SystemClock.now()],
        )?;
        applied.push(step.name.to_owned());
    }
    Ok(Report {
        from: status.at,
        to: status.known.max(status.at),
        applied,
    })
}

#[derive(Debug, Clone)]
struct Step {
    number: i64,
    name: &'static str,
    text: &'static str,
    checksum: String,
}

/// The list with its numbers, which must run 1, 2, 3 … without a gap.
fn numbered(list: &[(&'static str, &'static str)]) -> Result<Vec<Step>> {
    list.iter()
        .zip(1..)
        .map(|((name, text), number)| {
            let (digits, _) = name.split_once('_').unwrap_or((name, ""));
            if digits.len() != 4 || digits.parse() != Ok(number) {
                return Err(StoreError::Refused(format!(
                    "migration {name} stands at place {number}; files are named 0001_name, 0002_name … without a gap"
                )));
            }
            let sum = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
            let checksum = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(Step { number, name, text, checksum })
        })
        .collect()
}

/// Number, name and checksum of what was applied to this database, in order.
pub(crate) fn applied(tx: &mut Tx<'_>) -> Result<Vec<(i64, String, String)>> {
    let there = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'"
        }
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'schema_migration' AND schemaname = ANY(current_schemas(false))"
        }
    };
    if tx.one(there, &[], |row| row.int(0))? == 0 {
        return Ok(Vec::new());
    }
    tx.all(
        "SELECT number, name, checksum FROM schema_migration ORDER BY number",
        &[],
        |row| Ok((row.int(0)?, row.string(1)?, row.string(2)?)),
    )
}

fn status_of(tx: &mut Tx<'_>, steps: &[Step]) -> Result<Status> {
    let known = steps.last().map_or(0, |step| step.number);
    let applied = applied(tx)?;
    for ((number, name, checksum), place) in applied.iter().zip(1..) {
        if *number != place {
            return Err(StoreError::Refused(format!(
                "the database lacks migration {place} but has {name}; restore it from a backup"
            )));
        }
        match steps.iter().find(|step| step.number == *number) {
            None => {
                return Err(StoreError::Refused(format!(
                    "the database is newer than this program: it has migration {name}, the program knows {known}; \
                     start the newer program, or restore the backup that was made before the upgrade"
                )));
            }
            Some(step) if step.checksum != *checksum => {
                return Err(StoreError::Refused(format!(
                    "migration {name} was applied with another text than this program's {}; \
                     run the program that it was applied with, or restore a backup",
                    step.name
                )));
            }
            Some(_) => {}
        }
    }
    let at = applied.last().map_or(0, |(number, ..)| *number);
    let waiting = steps
        .iter()
        .filter(|step| step.number > at)
        .map(|step| step.name.to_owned())
        .collect();
    Ok(Status { at, known, waiting })
}

/// The migration as its database takes it.
fn text_for(text: &str, dialect: Dialect) -> Result<String> {
    let own = match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "pg",
    };
    let mut out = String::with_capacity(text.len());
    let mut block: Option<&str> = None;
    for (line, number) in text.lines().zip(1..) {
        let wrong = |what: &str| StoreError::Refused(format!("migration, line {number}: {what}"));
        match line.trim().strip_prefix("-- @") {
            Some("end") if block.is_none() => return Err(wrong("-- @end without a beginning")),
            Some("end") => block = None,
            Some(_) if block.is_some() => return Err(wrong("a block inside a block")),
            Some(word @ ("pg" | "sqlite")) => block = Some(word),
            Some(word) => {
                return Err(wrong(&format!(
                    "-- @{word} is not known; wanted pg, sqlite or end"
                )));
            }
            None if block.is_none_or(|word| word == own) => {
                out.push_str(&words(line, dialect));
                out.push('\n');
            }
            None => {}
        }
    }
    if block.is_some() {
        return Err(StoreError::Refused(
            "migration: a block without -- @end".to_owned(),
        ));
    }
    Ok(out)
}

/// Replaces the type words of a line.
fn words(line: &str, dialect: Dialect) -> String {
    let pairs: [(&str, &str); 10] = match dialect {
        Dialect::Sqlite => [
            ("{STRICT}{WITHOUT_ROWID}", " STRICT, WITHOUT ROWID"),
            ("{WITHOUT_ROWID}{STRICT}", " STRICT, WITHOUT ROWID"),
            ("{STRICT}", " STRICT"),
            ("{WITHOUT_ROWID}", " WITHOUT ROWID"),
            ("{ID}", "BLOB"),
            ("{INT}", "INTEGER"),
            ("{BOOL}", "INTEGER"),
            ("{TEXT}", "TEXT"),
            ("{REAL}", "REAL"),
            ("{BYTES}", "BLOB"),
        ],
        Dialect::Postgres => [
            ("{STRICT}{WITHOUT_ROWID}", ""),
            ("{WITHOUT_ROWID}{STRICT}", ""),
            ("{STRICT}", ""),
            ("{WITHOUT_ROWID}", ""),
            ("{ID}", "UUID"),
            ("{INT}", "BIGINT"),
            ("{BOOL}", "BOOLEAN"),
            ("{TEXT}", "TEXT"),
            ("{REAL}", "DOUBLE PRECISION"),
            ("{BYTES}", "BYTEA"),
        ],
    };
    pairs
        .iter()
        .fold(line.to_owned(), |line, (word, own)| line.replace(word, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "CREATE TABLE t (id {ID}, n {INT}, b {BOOL}){STRICT}{WITHOUT_ROWID};\n-- @pg\nCREATE INDEX p;\n-- @end\n-- @sqlite\nCREATE INDEX s;\n-- @end\n";

    #[test]
    fn words_and_blocks() {
        assert_eq!(
            text_for(FILE, Dialect::Sqlite).unwrap(),
            "CREATE TABLE t (id BLOB, n INTEGER, b INTEGER) STRICT, WITHOUT ROWID;\nCREATE INDEX s;\n"
        );
        assert_eq!(
            text_for(FILE, Dialect::Postgres).unwrap(),
            "CREATE TABLE t (id UUID, n BIGINT, b BOOLEAN);\nCREATE INDEX p;\n"
        );
        assert!(text_for("-- @pg\n", Dialect::Sqlite).is_err());
        assert!(text_for("-- @mysql\n-- @end\n", Dialect::Sqlite).is_err());
        assert!(text_for("-- @end\n", Dialect::Sqlite).is_err());
    }

    #[test]
    fn numbers_have_no_gap() {
        assert!(numbered(&[("0001_a", ""), ("0002_b", "")]).is_ok());
        assert!(numbered(&[("0001_a", ""), ("0003_b", "")]).is_err());
        assert!(numbered(&[("first", "")]).is_err());
    }
}
