//! SQLite: one writer thread with group commit, readers apart, checkpoints on a thread of their own.

use super::error::{ConstraintKind, Result, StoreError};
use super::job::{self, Engine};
use super::pool::Pool;
use super::queue::Queue;
use super::statement::Ready;
use super::tx::{Conn, RELEASE, SAVEPOINT, Shape, Tx, Want};
use super::value::Inner;
use super::{FaultHooks, Publish, Role, Stats, serve};
use crate::Val;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Waiting jobs that become one transaction. The more, the fewer waits for the disk and the fewer times a page is logged.
const GROUP: usize = 512;
/// Pages of the log after which it is copied into the database in passing (4 MiB), and after which it is also cut (64 MiB).
const CHECKPOINT_PAGES: u64 = 1_024;
const TRUNCATE_PAGES: u64 = 16_384;
/// So much may be left to copy when the log is cut (4 MiB): the writer waits for it.
const CUT_PAGES: u64 = 1_024;
/// Beyond this (128 MiB) the writer pauses after each group, so that the copying catches up; beyond twice this it pauses longer.
const EASE_PAGES: u64 = 32_768;
const EASE: Duration = Duration::from_millis(2);
/// How long cutting may wait for a reader of the old state; the writer waits as long. A report that reads for a minute must not
/// hold up the messages of a minute: the log is cut after it.
const CUT_PATIENCE: Duration = Duration::from_millis(25);
/// Report connections: two, so that one slow report does not stop the next.
const REPORTS: usize = 2;
/// Virtual machine steps between two looks at a report's clock: well under a millisecond.
const STEPS_PER_LOOK: i32 = 4_000;

/// A connection and its statements.
pub(crate) struct LiteConn {
    conn: Connection,
}

impl LiteConn {
    pub(crate) fn open(path: &Path, hooks: &FaultHooks, role: Role) -> Result<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if role == Role::Writer {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let cannot = |e: rusqlite::Error| {
            StoreError::Refused(format!("the database {} cannot be opened: {e}", path.display()))
        };
        let mut conn = match &hooks.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
            None => Connection::open_with_flags(path, flags),
        }
        .map_err(cannot)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(cannot)?;
        // A plan does not depend on the values that are bound: else a statement is prepared anew whenever they change.
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(cannot)?;
        if role == Role::Writer {
            let _: String = conn
                .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
                .map_err(cannot)?;
        }
        // Sizes in KiB are negative in this pragma: 64 MiB for the writer, 2 MiB for each reader.
        let cache = if role == Role::Writer { -65_536 } else { -2_048 };
        conn.execute_batch(&format!(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = {cache}; PRAGMA case_sensitive_like = ON; PRAGMA wal_autocheckpoint = 0;"
        ))
        .map_err(cannot)?;
        // These two answer with a row.
        let _: Option<i64> = conn
            .query_row("PRAGMA mmap_size = 268435456", [], |row| row.get(0))
            .ok();
        conn.set_prepared_statement_cache_capacity(256);
        rusqlite::vtab::array::load_module(&conn).map_err(cannot)?;
        let mode: String = conn
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .map_err(cannot)?;
        let synchronous: i64 = conn
            .query_row("PRAGMA synchronous", [], |row| row.get(0))
            .map_err(cannot)?;
        if mode != "wal" || synchronous != 2 {
            return Err(StoreError::Refused(format!(
                "the database {} does not keep what it acknowledges (journal_mode={mode}, synchronous={synchronous}; wanted wal, 2): \
                 put the data folder on a local disk that allows write-ahead logging",
                path.display()
            )));
        }
        if matches!(role, Role::Reader | Role::Report) {
            conn.execute_batch("PRAGMA query_only = ON").map_err(cannot)?;
        }
        if let Some(on_open) = &hooks.on_open {
            on_open(&mut conn, role);
        }
        Ok(Self { conn })
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.conn.is_autocommit()
    }

    fn cached(&self, text: &str) -> Result<()> {
        self.conn
            .prepare_cached(text)
            .and_then(|mut st| st.raw_execute())
            .map(|_| ())
            .map_err(|e| self.error(e))
    }

    pub(crate) fn batch(&self, text: &str) -> Result<()> {
        self.conn.execute_batch(text).map_err(|e| self.error(e))
    }

    pub(crate) fn describe(&self, ready: &Ready<'_>) -> Result<Shape> {
        let statement = self.conn.prepare(ready.text()).map_err(|e| self.error(e))?;
        Ok(Shape {
            parameters: statement.parameter_count(),
            columns: statement.column_count(),
        })
    }

    pub(crate) fn run(
        &self,
        ready: &Ready<'_>,
        args: &[Val<'_>],
        want: Want,
        each: &mut dyn FnMut(Inner<'_>) -> bool,
    ) -> Result<u64> {
        let mut statement = self
            .conn
            .prepare_cached(ready.text())
            .map_err(|e| self.error(e))?;
        fits(&statement, args, ready)?;
        bind(&mut statement, args).map_err(|e| self.error(e))?;
        if want == Want::Changes {
            return self.execute(&mut statement);
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|e| self.error(e))? {
            if !each(Inner::Sqlite(row)) || want == Want::First {
                break;
            }
        }
        Ok(0)
    }

    /// One statement for many rows, looked up once.
    pub(crate) fn run_many(&self, ready: &Ready<'_>, rows: &[Vec<Val<'_>>]) -> Result<u64> {
        let mut statement = self
            .conn
            .prepare_cached(ready.text())
            .map_err(|e| self.error(e))?;
        let mut changed = 0;
        for args in rows {
            fits(&statement, args, ready)?;
            bind(&mut statement, args).map_err(|e| self.error(e))?;
            changed += self.execute(&mut statement)?;
        }
        Ok(changed)
    }

    fn execute(&self, statement: &mut rusqlite::Statement<'_>) -> Result<u64> {
        match statement.raw_execute() {
            Ok(changed) => Ok(changed as u64),
            // The same statement is fine on PostgreSQL: what it gives back is not wanted.
            Err(rusqlite::Error::ExecuteReturnedResults) => Ok(self.conn.changes()),
            Err(error) => Err(self.error(error)),
        }
    }

    fn error(&self, error: rusqlite::Error) -> StoreError {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return match error {
                rusqlite::Error::SqlInputError { msg, sql, .. } => {
                    StoreError::Driver(format!("{msg} in {sql}"))
                }
                other => StoreError::Driver(other.to_string()),
            };
        };
        let text = message.clone().unwrap_or_else(|| code.to_string());
        match code.code {
            ErrorCode::DiskFull => StoreError::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy(text),
            ErrorCode::OperationInterrupted => StoreError::TimedOut(0),
            ErrorCode::ConstraintViolation => self.constraint(code.extended_code, text),
            _ => StoreError::Driver(text),
        }
    }

    /// Gives SQLite's constraint the name that PostgreSQL would give, so that callers know one name.
    fn constraint(&self, extended: i32, text: String) -> StoreError {
        let rest = text
            .split_once(" failed: ")
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default();
        let (kind, name) = match extended {
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => (ConstraintKind::ForeignKey, String::new()),
            ffi::SQLITE_CONSTRAINT_CHECK => (ConstraintKind::Check, rest),
            ffi::SQLITE_CONSTRAINT_NOTNULL => (
                ConstraintKind::NotNull,
                format!("{}_not_null", rest.replace('.', "_")),
            ),
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => (
                ConstraintKind::Unique,
                format!("{}_pkey", rest.split('.').next().unwrap_or_default()),
            ),
            ffi::SQLITE_CONSTRAINT_UNIQUE => (ConstraintKind::Unique, self.unique_name(&rest)),
            _ => (ConstraintKind::Check, rest),
        };
        StoreError::Constraint { name, kind, text }
    }

    /// `message.thread, message.client` or `index 'name'` → the index's own name, else `message_thread_client_key`.
    fn unique_name(&self, columns: &str) -> String {
        if let Some(name) = columns.strip_prefix("index '") {
            return name.trim_end_matches('\'').to_owned();
        }
        let table = columns.split('.').next().unwrap_or_default();
        let names: Vec<&str> = columns
            .split(", ")
            .map(|column| column.split_once('.').map_or(column, |(_, name)| name))
            .collect();
        let named = || -> rusqlite::Result<Option<String>> {
            let mut indexes = self.conn.prepare_cached(
                "SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1 AND origin = 'c'",
            )?;
            let found: Vec<String> = indexes
                .query_map([table], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut info = self
                .conn
                .prepare_cached("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
            for index in found {
                let of: Vec<Option<String>> = info
                    .query_map([&index], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                if of
                    .iter()
                    .map(|column| column.as_deref().unwrap_or_default())
                    .eq(names.iter().copied())
                {
                    return Ok(Some(index));
                }
            }
            Ok(None)
        };
        match named() {
            Ok(Some(name)) => name,
            _ => format!("{table}_{}_key", names.join("_")),
        }
    }
}

fn fits(statement: &rusqlite::Statement<'_>, args: &[Val<'_>], ready: &Ready<'_>) -> Result<()> {
    if statement.parameter_count() == args.len() {
        return Ok(());
    }
    Err(StoreError::inconsistent(format!(
        "a statement takes {} parameters and was given {}: {}",
        statement.parameter_count(),
        args.len(),
        ready.text()
    )))
}

fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Val<'_>]) -> rusqlite::Result<()> {
    for (i, arg) in args.iter().enumerate() {
        statement.raw_bind_parameter(i + 1, arg)?;
    }
    Ok(())
}

impl Engine for LiteConn {
    fn begin(&mut self) -> Result<()> {
        self.cached("BEGIN IMMEDIATE")
    }
    fn begin_read(&mut self, limit: Option<Duration>) -> Result<()> {
        if let Some(limit) = limit {
            let end = Instant::now() + limit;
            self.conn
                .progress_handler(STEPS_PER_LOOK, Some(move || Instant::now() >= end))
                .map_err(|e| StoreError::Driver(e.to_string()))?;
        }
        self.cached("BEGIN DEFERRED")
    }
    fn savepoint(&mut self) -> Result<()> {
        self.cached(SAVEPOINT)
    }
    fn rollback_to(&mut self) -> Result<()> {
        self.cached("ROLLBACK TO SAVEPOINT part")?;
        self.cached(RELEASE)
    }
    fn release(&mut self) -> Result<()> {
        self.cached(RELEASE)
    }
    fn commit(&mut self) -> Result<()> {
        self.cached("COMMIT")
    }
    fn rollback(&mut self) {
        if let Err(error) = self.conn.progress_handler(0, None::<fn() -> bool>) {
            tracing::error!(%error, "a report's clock could not be taken off");
        }
        if !self.conn.is_autocommit()
            && let Err(error) = self.cached("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
    fn is_open(&self) -> bool {
        LiteConn::is_open(self)
    }
    fn tx(&mut self) -> Tx<'_> {
        Tx::new(Conn::Sqlite(self))
    }
}

/// The running SQLite store.
pub(crate) struct LiteStore {
    pub(crate) queue: Arc<Queue>,
    pub(crate) readers: Pool<LiteConn>,
    pub(crate) reports: Pool<LiteConn>,
    path: PathBuf,
    hooks: FaultHooks,
    writer: parking_lot::Mutex<Option<JoinHandle<()>>>,
    // Held, never read: the operating system gives it up when the process ends, however it ends.
    /// Held until the store is closed.
    lock: parking_lot::Mutex<Option<File>>,
}

impl LiteStore {
    pub(crate) fn open(
        path: &Path,
        readers: usize,
        bound: usize,
        hooks: FaultHooks,
        publish: Publish,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let lock = lock(path)?;
        let writer = LiteConn::open(path, &hooks, Role::Writer)?;
        let queue = Arc::new(Queue::new(bound));
        let (wake, woken) = sync_channel(1);
        let ease = Arc::new(AtomicU64::new(0));
        let checkpoint = LiteConn::open(path, &hooks, Role::Checkpoint)?;
        checkpoint
            .conn
            .busy_timeout(CUT_PATIENCE)
            .map_err(|e| StoreError::Driver(e.to_string()))?;
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(run)
                .map_err(|e| StoreError::Refused(format!("no thread for the database: {e}")))
        };
        let checkpointer = spawn(
            "store-checkpoint",
            Box::new({
                let ease = ease.clone();
                move || checkpoints(&checkpoint, &woken, &ease)
            }),
        )?;
        let line = queue.clone();
        let writer = spawn(
            "store-writer",
            Box::new(move || write(writer, &line, &publish, &stats, wake, &ease, checkpointer)),
        )?;
        let pool = |size: usize, role: Role| {
            let (path, hooks) = (path.to_owned(), hooks.clone());
            Pool::new(size, move || LiteConn::open(&path, &hooks, role))
        };
        Ok(Self {
            queue,
            readers: pool(readers, Role::Reader),
            reports: pool(REPORTS, Role::Report),
            path: path.to_owned(),
            hooks,
            writer: parking_lot::Mutex::new(Some(writer)),
            lock: parking_lot::Mutex::new(Some(lock)),
        })
    }

    /// Finishes what waits, copies the log into the database and ends the threads.
    pub(crate) fn close(&self) {
        self.queue.close();
        self.readers.close();
        self.reports.close();
        if let Some(writer) = self.writer.lock().take()
            && writer.thread().id() != std::thread::current().id()
        {
            let _ = writer.join();
        }
        // Whoever still holds a handle can do nothing more: the next one may have the file.
        drop(self.lock.lock().take());
    }

    /// Copies a consistent state into a new file while work goes on, and reads the copy.
    pub(crate) fn snapshot<T>(
        &self,
        scratch: &Path,
        copied: &dyn Fn(u64, u64),
        f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let refused = |what: String| StoreError::Refused(format!("{}: {what}", scratch.display()));
        if scratch.exists() {
            return Err(refused("the file exists; choose another name".to_owned()));
        }
        let _gone = Scratch(scratch);
        // Nobody else may read what stands there.
        {
            use std::os::unix::fs::OpenOptionsExt;
            File::options()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(scratch)
                .map_err(|e| refused(e.to_string()))?;
        }
        let from = LiteConn::open(&self.path, &self.hooks, Role::Reader)?;
        {
            let mut copy = Connection::open(scratch).map_err(|e| refused(e.to_string()))?;
            copy.execute_batch("PRAGMA synchronous = OFF")
                .map_err(|e| refused(e.to_string()))?;
            // An open read transaction pins the state: what is written meanwhile neither shows nor makes the copy begin anew.
            from.batch("BEGIN; SELECT COUNT(*) FROM sqlite_schema")?;
            let backup = rusqlite::backup::Backup::new(&from.conn, &mut copy).map_err(|e| from.error(e))?;
            loop {
                let step = backup.step(COPY_PAGES).map_err(|e| from.error(e))?;
                let progress = backup.progress();
                let number = |n: std::ffi::c_int| u64::try_from(n).unwrap_or_default();
                copied(
                    number(progress.pagecount - progress.remaining),
                    number(progress.pagecount),
                );
                match step {
                    rusqlite::backup::StepResult::Done => break,
                    rusqlite::backup::StepResult::More => {}
                    _ => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        }
        drop(from);
        let mut copy = LiteConn::open(scratch, &FaultHooks::default(), Role::Writer)?;
        if let Some(damage) = damage(&copy.conn)? {
            return Err(StoreError::Refused(format!(
                "the database {} is damaged ({damage}); keep the backups that you have, and restore the last good one",
                self.path.display()
            )));
        }
        job::read_on(&mut copy, None, f)
    }
}

/// Pages that are copied between two words of progress.
const COPY_PAGES: std::ffi::c_int = 2_048;

/// What SQLite's own check finds first.
pub(crate) fn damage(conn: &Connection) -> Result<Option<String>> {
    let found: String = conn
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .unwrap_or_else(|error| error.to_string());
    Ok((found != "ok").then_some(found))
}

/// A file that goes with this value, and what SQLite puts beside it.
struct Scratch<'p>(&'p Path);

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(ending);
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }
}

/// One process per database file.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).append(true).open(&name).map_err(|e| {
        StoreError::Refused(format!(
            "the data folder cannot be written ({}): {e}; create it or give the user of the server the right to write",
            Path::new(&name).display()
        ))
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Refused(format!(
            "a running server holds {}; stop it, or reach it through its local socket",
            path.display()
        ))),
        Err(TryLockError::Error(e)) => Err(StoreError::Refused(format!(
            "{} cannot be locked: {e}; put the data folder on a local disk",
            Path::new(&name).display()
        ))),
    }
}

fn write(
    mut conn: LiteConn,
    queue: &Queue,
    publish: &Publish,
    stats: &Stats,
    wake: SyncSender<u64>,
    ease: &AtomicU64,
    checkpointer: JoinHandle<()>,
) {
    let pages = Arc::new(AtomicU64::new(0));
    let seen = pages.clone();
    let hooked = conn.conn.wal_hook(Some(
        move |_: &mut rusqlite::hooks::Wal, count: std::ffi::c_int| {
            seen.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        },
    ));
    if let Err(error) = hooked {
        tracing::error!(%error, "the log's length is not known; it will be cut at the end only");
    }
    let mut told = 0;
    serve(queue, GROUP, &mut conn, publish, stats, || {
        let now = pages.load(Ordering::Relaxed);
        if now < told {
            told = 0; // the log began anew
        }
        if now >= told + CHECKPOINT_PAGES && wake.try_send(now).is_ok() {
            told = now;
        }
        // Everybody who was waiting has been answered: the pause makes the next group larger, and leaves the disk to the copying.
        let pause = ease.load(Ordering::Relaxed);
        if pause > 0 {
            std::thread::sleep(Duration::from_micros(pause));
        }
    });
    // Ended in order: checkpointer first, then the last copy of the log, then the connection.
    drop(wake);
    let _ = checkpointer.join();
    if let Err(error) = checkpoint(&conn, "TRUNCATE") {
        tracing::warn!(%error, "the log stays as it is; it is copied at the next start");
    }
}

/// Copies the log into the database whenever it has grown, and cuts it when it is long and nearly all of it is copied.
fn checkpoints(conn: &LiteConn, wake: &Receiver<u64>, ease: &AtomicU64) {
    while wake.recv().is_ok() {
        let mut before = None;
        loop {
            let (log, copied) = match checkpoint(conn, "PASSIVE") {
                Ok(Copied { log, copied, .. }) => (log, copied),
                Err(error) => {
                    tracing::warn!(%error, "the log is copied later");
                    break;
                }
            };
            let left = log.saturating_sub(copied);
            if log < TRUNCATE_PAGES {
                break;
            }
            if left <= CUT_PAGES {
                match checkpoint(conn, "TRUNCATE") {
                    Ok(done) if done.busy => tracing::debug!("a reader holds the log; it is cut later"),
                    Ok(_) => {}
                    Err(error) => tracing::debug!(%error, "the log is cut later"),
                }
                break;
            }
            // Nothing was copied: somebody still reads an old state, and no pause of the writer helps.
            if before.is_some_and(|before| copied <= before) {
                break;
            }
            before = Some(copied);
            let pause = match log {
                log if log > 2 * EASE_PAGES => 4 * EASE,
                log if log > EASE_PAGES => EASE,
                _ => Duration::ZERO,
            };
            ease.store(
                u64::try_from(pause.as_micros()).unwrap_or_default(),
                Ordering::Relaxed,
            );
        }
        ease.store(0, Ordering::Relaxed);
    }
}

/// What a checkpoint did.
struct Copied {
    /// Somebody was in the way, so it did less than it was asked.
    busy: bool,
    /// Pages in the log, and how many of them are in the database.
    log: u64,
    copied: u64,
}

fn checkpoint(conn: &LiteConn, mode: &str) -> rusqlite::Result<Copied> {
    conn.conn
        .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
            let number = |i| row.get::<_, i64>(i).map(|n| u64::try_from(n).unwrap_or_default());
            Ok(Copied {
                busy: row.get::<_, i64>(0)? != 0,
                log: number(1)?,
                copied: number(2)?,
            })
        })
}

impl LiteStore {
    /// Reads on this thread, waiting for a free connection.
    pub(crate) fn pool(&self, report: bool) -> &Pool<LiteConn> {
        if report { &self.reports } else { &self.readers }
    }
    pub(crate) fn read<T>(
        &self,
        report: bool,
        limit: Option<Duration>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.pool(report).with(|conn| job::read_on(conn, limit, f))
    }
}
