//! How the database is: facts for `doctor` and the metrics. What is good or bad of them is judged elsewhere.

use crate::{Dialect, Result, Store, StoreError, Tx, sql};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use uuid::Uuid;
use yingke_kernel::{Stamp, ThreadId};

/// How long the checks of a large database may take.
const LIMIT: Duration = Duration::from_secs(600);

/// What the database says of itself.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Version of the database.
    pub version: String,
    /// Bytes of the database, its log apart.
    pub bytes: u64,
    /// One small read, there and back.
    pub latency: Duration,
    /// Settings that the promise of durability rests on, by name.
    pub settings: Vec<(String, String)>,
    /// SQLite: what its own check found first; `None` if all is well.
    pub damage: Option<String>,
    /// PostgreSQL: the time on its machine.
    pub clock: Option<Stamp>,
    /// PostgreSQL: connections now and at most.
    pub connections: Option<(i64, i64)>,
    /// PostgreSQL: whether this connection is encrypted.
    pub encrypted: Option<bool>,
}

/// Looks at the database. `thorough`: with SQLite's own check of every page, which reads the whole file. Blocks.
///
/// # Errors
/// `Unavailable`, `TimedOut`, `Driver`.
pub fn look(store: &Store, thorough: bool) -> Result<Health> {
    store.report_blocking(
        |tx| match tx.dialect() {
            Dialect::Sqlite => sqlite(tx, thorough),
            Dialect::Postgres => postgres(tx),
        },
        LIMIT,
    )
}

fn sqlite(tx: &mut Tx<'_>, thorough: bool) -> Result<Health> {
    let begun = Instant::now();
    let version = tx.one("SELECT sqlite_version()", &[], |row| row.string(0))?;
    let latency = begun.elapsed();
    let bytes = tx.one(
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        &[],
        |row| row.int(0),
    )?;
    let (journal, synchronous) = tx.one(
        "SELECT journal_mode, synchronous FROM pragma_journal_mode(), pragma_synchronous()",
        &[],
        |row| Ok((row.string(0)?, row.int(1)?)),
    )?;
    let damage = if thorough {
        let found = tx.one("PRAGMA quick_check(1)", &[], |row| row.string(0))?;
        (found != "ok").then_some(found)
    } else {
        None
    };
    Ok(Health {
        version,
        bytes: u64::try_from(bytes).unwrap_or_default(),
        latency,
        settings: vec![
            ("journal_mode".to_owned(), journal),
            ("synchronous".to_owned(), synchronous.to_string()),
        ],
        damage,
        ..Health::default()
    })
}

fn postgres(tx: &mut Tx<'_>) -> Result<Health> {
    // The connection and the statement are there after the first; the second is a plain journey.
    let mut latency = Duration::ZERO;
    for _ in 0..2 {
        let begun = Instant::now();
        tx.one("SELECT CAST(1 AS BIGINT)", &[], |row| row.int(0))?;
        latency = begun.elapsed();
    }
    let clock = tx.one(
        "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        &[],
        |row| row.stamp(0),
    )?;
    let (version, bytes, connections, most, encrypted) = tx.one(
        "SELECT current_setting('server_version'), pg_database_size(current_database()), \
         (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), \
         CAST(current_setting('max_connections') AS BIGINT), \
         COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE)",
        &[],
        |row| {
            Ok((
                row.string(0)?,
                row.int(1)?,
                row.int(2)?,
                row.int(3)?,
                row.bool(4)?,
            ))
        },
    )?;
    let settings = tx.all(
        "SELECT name, CAST(setting AS TEXT) FROM pg_settings \
         WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') \
         UNION ALL SELECT 'encoding', pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database() \
         UNION ALL SELECT 'collation', CAST(datcollate AS TEXT) FROM pg_database WHERE datname = current_database() \
         ORDER BY 1",
        &[],
        |row| Ok((row.string(0)?, row.string(1)?)),
    )?;
    Ok(Health {
        version,
        bytes: u64::try_from(bytes).unwrap_or_default(),
        latency,
        settings,
        damage: None,
        clock: Some(clock),
        connections: Some((connections, most)),
        encrypted: Some(encrypted),
    })
}

/// Whether every thread has the numbers 1, 2, 3 … up to its last, none missing.
///
/// # Errors
/// `Refused` with the first thread that has not.
pub fn check_sequences(tx: &mut Tx<'_>) -> Result<()> {
    let hole = tx.opt(sql!("health/hole"), &[], |row| {
        Ok((row.id::<ThreadId>(0)?, row.int(1)?, row.int(2)?, row.int(3)?))
    })?;
    match hole {
        None => Ok(()),
        Some((thread, last, count, highest)) => Err(StoreError::Refused(format!(
            "thread {thread} should have the numbers 1 to {last} and has {count}, the highest {highest}"
        ))),
    }
}

/// Ids of all files that the database knows.
pub fn files(tx: &mut Tx<'_>) -> Result<HashSet<Uuid>> {
    Ok(tx
        .all(sql!("health/files"), &[], |row| row.uuid(0))?
        .into_iter()
        .collect())
}
