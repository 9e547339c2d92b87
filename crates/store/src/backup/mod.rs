//! Backups: one archive form for both databases, so that a house can also move from one to the other.
//!
//! The archive is a tar file that ordinary tools open:
//!
//! - `tables/<table>/000001.jsonl.zst …`: rows as JSON arrays, one a line, columns in the order of the manifest, compressed;
//! - `files/…`: what lies beside the database, as it is;
//! - `manifest.json`: form, schema, tables with their columns and numbers of rows, and length and SHA-256 of every part;
//! - `manifest.sha256`: the manifest's own, last of all, so that an archive which was cut off is known.
//!
//! Rows are written in the schema of the database they come from, and read into that schema, which is then migrated forward.
//! A table that only one database has is not kept: it is made again from the rest.

mod read;
mod rows;
mod schema;
mod write;

pub use read::{restore, verify};
pub use schema::{Column, Kind, Table, tables};
pub use write::write;

use crate::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;
use yingke_kernel::Stamp;

/// Number of the archive's form.
pub const FORM: u32 = 1;

/// Tables whose rows are not kept: whoever was signed in signs in again, and what was invited is invited again, so that nobody
/// comes back whom the house has shown out since.
const NOT_KEPT: [&str; 2] = ["session", "link"];

/// Tables, and columns as `table.column`, that only one database has, and tables of the house's own book-keeping: made again after a
/// restore, so not kept. A name ending in `*` means all that begin so.
const DERIVED: [&str; 2] = ["schema_migration", "search_*"];

/// Watermarks of what is derived and not kept: without them it is made from the beginning. What changed is noted by triggers while
/// rows are read in.
const FORGOTTEN: [&str; 2] = ["search", "search_clean"];

/// Whether a table, or a column written `table.column`, is made again from the rest.
pub fn is_derived(name: &str) -> bool {
    DERIVED.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *known,
    })
}

/// What an archive says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of the form: [`FORM`].
    pub form: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The state that it holds.
    pub made_at: Stamp,
    /// Which database it comes from: `sqlite` or `postgres`.
    pub database: String,
    /// Number of the newest migration in it.
    pub schema: i64,
    /// The migrations' names and checksums, in order.
    pub migrations: Vec<(String, String)>,
    /// Tables, each after those that it refers to.
    pub tables: Vec<TableNote>,
    /// Every part of the archive but the manifest, in order.
    pub parts: Vec<PartNote>,
    /// Files that the database named and that were gone when their turn came (erased meanwhile).
    pub gone: Vec<String>,
}

impl Manifest {
    /// Rows in all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
    /// Files beside the database.
    pub fn files(&self) -> usize {
        self.parts
            .iter()
            .filter(|part| !part.path.starts_with("tables/"))
            .count()
    }
    /// Rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        self.tables
            .iter()
            .find(|note| note.name == table)
            .map_or(0, |note| note.rows)
    }
}

/// A table in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableNote {
    /// Name.
    pub name: String,
    /// Columns, as the rows give them.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: u64,
}

/// A part of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartNote {
    /// Where it lies in the archive.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256 of it as it lies there, in small hexadecimal digits.
    pub sha256: String,
}

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Pages, rows, files or bytes done.
    pub done: u64,
    /// Of so many; 0 if that is not known.
    pub of: u64,
}

/// A step of a backup or a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Pages of the embedded database are copied.
    Copy,
    /// Rows are written or read.
    Rows,
    /// Files are written or read.
    Files,
    /// Bytes of the archive are checked.
    Check,
}

/// Hears how far it is; called often, so be quick.
pub type OnProgress = dyn Fn(Progress) + Send + Sync;

/// Takes the lock of a SQLite database that may not be there yet, as a server does; until the value is dropped no server starts on it.
///
/// # Errors
/// `Refused` if a server holds it.
pub fn hold(database: &Path) -> Result<std::fs::File> {
    crate::driver::hold(database)
}

/// What of a data folder is not kept: the database itself, what belongs to a running process, and older backups.
fn is_kept(name: &str) -> bool {
    !(name.starts_with("yingke.db")
        || name == "yingke.sock"
        || name == "backups"
        || name == "lost+found"
        || name.starts_with('.')
        || name.starts_with("before-restore-"))
}

/// Whether a name in the data folder is of no account to a restore: it may stay where it is.
pub fn may_stay(name: &str) -> bool {
    name == "backups" || name == "lost+found" || name.starts_with('.') || name.starts_with("before-restore-")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Flushes the folder of a file, so that the file's name is on disk.
fn keep_name(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
