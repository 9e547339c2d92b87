//! The driver: one way to speak to SQLite and PostgreSQL.
//!
//! A write is a plain closure that may be run again. Waiting closures become one transaction (group commit), each in a savepoint,
//! so that one failure undoes only itself. What a closure emits is published after COMMIT, in commit order, and before
//! anybody is answered. Whoever is answered may rely on it being on disk.

mod error;
mod job;
mod pool;
mod postgres;
mod queue;
mod reach;
mod sqlite;
mod statement;
mod tx;
mod value;

pub use error::{ConstraintKind, OnConstraint, Result, StoreError};
pub use job::BatchJob;
pub use statement::{Sql, SqlPair, Statement};
pub use tx::{Shape, Tx};
pub use value::{Row, Val};

use crate::Effect;
use job::{Batch, Closure, Engine, Job};
use queue::Queue;
pub(crate) use sqlite::lock as hold;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::sync::oneshot;
use yingke_kernel::{Histogram, Reading};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite = 0,
    /// PostgreSQL.
    Postgres = 1,
}

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Target {
    /// One file of this machine; its folder must exist.
    Sqlite {
        /// The database file.
        path: PathBuf,
    },
    /// A PostgreSQL database, version 15 or newer, collation C.
    Postgres {
        /// `postgres://user:password@host/database` or key=value words.
        url: String,
        /// Writing connections, each with a thread; 4 is a good number.
        lanes: usize,
    },
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Writes.
    Writer,
    /// Short reads.
    Reader,
    /// Long reads, time-boxed.
    Report,
    /// Copies the log into the database.
    Checkpoint,
}

/// What a test does to each SQLite connection after it is set up.
pub type OnOpen = Arc<dyn Fn(&mut rusqlite::Connection, Role) + Send + Sync>;

/// For tests of faults only: nothing of it is reachable from the configuration.
#[derive(Clone, Default)]
pub struct FaultHooks {
    /// Name of a registered SQLite VFS.
    pub vfs: Option<String>,
    /// Called with every new SQLite connection.
    pub on_open: Option<OnOpen>,
}

/// How to open a store.
#[derive(Clone)]
pub struct StoreConfig {
    /// Which database.
    pub target: Target,
    /// Reading connections.
    pub readers: usize,
    /// Jobs that may wait for each writer before callers must wait for admission; the background lane takes a sixteenth.
    pub queue: usize,
    /// For tests.
    pub faults: FaultHooks,
}

impl StoreConfig {
    /// SQLite with the usual sizes.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self {
            target: Target::Sqlite { path: path.into() },
            readers: 4,
            queue: 4_096,
            faults: FaultHooks::default(),
        }
    }
    /// PostgreSQL with the usual sizes.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self {
            target: Target::Postgres {
                url: url.into(),
                lanes: 4,
            },
            readers: 4,
            queue: 4_096,
            faults: FaultHooks::default(),
        }
    }
}

/// Which waiting line a write takes. Order is kept among the writes of one caller that take the same line: the same
/// `Thread`, or on SQLite any two that are not `Background`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Work on this thread (its id): always the same lane of PostgreSQL.
    Thread([u8; 16]),
    /// Interactive work with no thread.
    Any,
    /// Work that may wait: imports, followers. Each closure stays under 5 ms.
    Background,
}

impl From<yingke_kernel::ThreadId> for Lane {
    fn from(id: yingke_kernel::ThreadId) -> Self {
        Self::Thread(id.bytes())
    }
}

/// Receives what committed transactions emitted, in commit order, on the writer's thread: be quick.
pub type Publish = Arc<dyn Fn(Vec<Effect>) + Send + Sync>;

/// Counters since the start.
#[derive(Debug)]
pub(crate) struct Stats {
    groups: AtomicU64,
    jobs: AtomicU64,
    /// Jobs of each group.
    sizes: Histogram,
    /// Microseconds of each COMMIT.
    commits: Histogram,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            groups: AtomicU64::default(),
            jobs: AtomicU64::default(),
            sizes: Histogram::new(Histogram::SIZES),
            commits: Histogram::new(Histogram::MICROS),
        }
    }
}

/// What the writers did since the start, and what waits for them.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Transactions.
    pub groups: u64,
    /// Jobs in them.
    pub jobs: u64,
    /// Jobs waiting now.
    pub waiting: usize,
    /// Jobs of a transaction.
    pub sizes: Reading,
    /// Microseconds of a COMMIT: until it is on disk.
    pub commits: Reading,
}

/// The store; cheap to clone. The last clone to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Database,
    stats: Arc<Stats>,
}

enum Database {
    Sqlite(sqlite::LiteStore),
    Postgres(postgres::PgStore),
}

impl Drop for Inner {
    fn drop(&mut self) {
        match &self.engine {
            Database::Sqlite(db) => db.close(),
            Database::Postgres(db) => db.close(),
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("dialect", &self.dialect())
            .finish_non_exhaustive()
    }
}

/// The answer to come of a write that is already in the line.
///
/// Dropping it does not take the work back.
#[must_use = "the answer says whether it was stored"]
pub struct Queued<T> {
    answer: Option<oneshot::Receiver<Result<T>>>,
    room: Option<oneshot::Receiver<()>>,
}

impl<T> Queued<T> {
    /// Returns at once if the line had room for this work, else when it has come within the bound. A caller that brings
    /// one piece after another (a socket) waits for this before it brings the next: that is the back-pressure.
    pub async fn admitted(&mut self) {
        if let Some(room) = self.room.take() {
            // An error means that the store is closing: the answer will say so.
            let _ = room.await;
        }
    }
    /// Waits for the answer on this thread. Not for async code.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn wait(self) -> Result<T> {
        block_on(self)
    }
}

impl<T> Future for Queued<T> {
    type Output = Result<T>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.answer {
            None => Poll::Ready(Err(StoreError::Closed)),
            Some(answer) => Pin::new(answer)
                .poll(cx)
                .map(|got| got.unwrap_or(Err(StoreError::Closed))),
        }
    }
}

impl Store {
    /// Opens the database. Migrates nothing: see [`crate::migrate`].
    ///
    /// # Errors
    /// `Refused` with what to do: a running server holds the folder, the settings do not keep what is acknowledged, the server
    /// is too old …
    pub fn open(config: StoreConfig, publish: Publish) -> Result<Self> {
        let stats = Arc::new(Stats::default());
        let engine = match &config.target {
            Target::Sqlite { path } => Database::Sqlite(sqlite::LiteStore::open(
                path,
                config.readers,
                config.queue,
                config.faults.clone(),
                publish,
                stats.clone(),
            )?),
            Target::Postgres { url, lanes } => Database::Postgres(postgres::PgStore::open(
                url,
                *lanes,
                config.readers,
                config.queue,
                publish,
                stats.clone(),
            )?),
        };
        Ok(Self {
            inner: Arc::new(Inner { engine, stats }),
        })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.inner.engine {
            Database::Sqlite(_) => Dialect::Sqlite,
            Database::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs `f` in a transaction and answers when it is on disk. `f` may be run more than once: it must touch no memory
    /// outside its `Tx`.
    ///
    /// # Errors
    /// What `f` returned, or why it is not stored; see [`StoreError`].
    pub async fn write<T, F>(&self, lane: Lane, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_queued(lane, f).await
    }

    /// Puts `f` in the line now, in call order, and returns the answer to come. Never blocks: see [`Queued::admitted`] for
    /// how the line stays bounded.
    pub fn write_queued<T, F>(&self, lane: Lane, f: F) -> Queued<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        self.push(lane, Box::new(Closure::new(f, send)), receive)
    }

    /// Puts a batch job in the line now, in call order; see [`BatchJob`].
    pub fn batch_queued<J: BatchJob>(&self, lane: Lane, job: J) -> Queued<J::Out> {
        let (send, receive) = oneshot::channel();
        self.push(lane, Box::new(Batch::new(job, send)), receive)
    }

    /// [`Store::write`] for commands and tests: waits on this thread.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, F>(&self, lane: Lane, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_queued(lane, f).wait()
    }

    fn push<T>(&self, lane: Lane, job: Box<dyn Job>, answer: oneshot::Receiver<Result<T>>) -> Queued<T> {
        let queue = match &self.inner.engine {
            Database::Sqlite(db) => &db.queue,
            Database::Postgres(db) => db.queue(lane),
        };
        match queue.push(lane == Lane::Background, job) {
            Ok(room) => Queued {
                answer: Some(answer),
                room,
            },
            Err(_) => Queued {
                answer: None,
                room: None,
            },
        }
    }

    /// Reads on a snapshot, on a thread that may block.
    ///
    /// # Errors
    /// What `f` returned; see [`StoreError`].
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.read_apart(false, None, f).await
    }

    /// A long read on connections of its own, stopped after `limit`.
    ///
    /// # Errors
    /// `TimedOut` after the limit, else as [`Store::read`].
    pub async fn report<T, F>(&self, f: F, limit: Duration) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.read_apart(true, Some(limit), f).await
    }

    async fn read_apart<T, F>(&self, report: bool, limit: Option<Duration>, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let permit = self.permit(report).await?;
        if tokio::runtime::Handle::try_current().is_err() {
            return self.read_here(report, limit, f);
        }
        let store = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let outcome = store.read_here(report, limit, f);
            drop(permit);
            outcome
        });
        work.await.unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::read`] on this thread: for commands and tests, and on SQLite for look-ups by key.
    /// With PostgreSQL never from async code.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let _permit = block_on(self.permit(false))?;
        self.read_here(false, None, f)
    }

    /// [`Store::report`] on this thread.
    ///
    /// # Errors
    /// As [`Store::report`].
    pub fn report_blocking<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>, limit: Duration) -> Result<T> {
        let _permit = block_on(self.permit(true))?;
        self.read_here(true, Some(limit), f)
    }

    async fn permit(&self, report: bool) -> Result<tokio::sync::OwnedSemaphorePermit> {
        match &self.inner.engine {
            Database::Sqlite(db) => db.pool(report).permit().await,
            Database::Postgres(db) => db.pool(report).permit().await,
        }
    }

    fn read_here<T>(
        &self,
        report: bool,
        limit: Option<Duration>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        match &self.inner.engine {
            Database::Sqlite(db) => db.read(report, limit, f),
            Database::Postgres(db) => db.read(report, limit, f),
        }
    }

    /// Runs `f` on one consistent state of everything, on a connection of its own, while work goes on. Takes as long as it takes.
    ///
    /// SQLite: the database is first copied to the new file `scratch` (removed afterwards), so that a slow reader does not keep
    /// the log from being cut; `copied` hears of pages done and pages in all. PostgreSQL: a read transaction.
    ///
    /// Blocks; not for async code.
    ///
    /// # Errors
    /// `Refused` if `scratch` exists or cannot be written, or if the copy is damaged; what `f` returned.
    pub fn snapshot<T>(
        &self,
        scratch: &Path,
        copied: &dyn Fn(u64, u64),
        f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        match &self.inner.engine {
            Database::Sqlite(db) => db.snapshot(scratch, copied, f),
            Database::Postgres(db) => db.snapshot(f),
        }
    }

    /// What the writers did since the start, in full.
    pub fn all_figures(&self) -> Figures {
        let (groups, jobs, waiting) = self.figures();
        Figures {
            groups,
            jobs,
            waiting,
            sizes: self.inner.stats.sizes.read(),
            commits: self.inner.stats.commits.read(),
        }
    }

    /// Transactions and jobs done since the start, and jobs waiting now.
    pub fn figures(&self) -> (u64, u64, usize) {
        let waiting = match &self.inner.engine {
            Database::Sqlite(db) => db.queue.len(),
            Database::Postgres(db) => db.waiting(),
        };
        let stats = &self.inner.stats;
        (
            stats.groups.load(Ordering::Relaxed),
            stats.jobs.load(Ordering::Relaxed),
            waiting,
        )
    }

    /// Finishes what waits, then stops; later calls are answered `Closed`. Blocks until done.
    pub fn close(&self) {
        match &self.inner.engine {
            Database::Sqlite(db) => db.close(),
            Database::Postgres(db) => db.close(),
        }
    }
}

/// A writer's life: takes groups, runs them, publishes, answers.
fn serve(
    queue: &Queue,
    most: usize,
    engine: &mut impl Engine,
    publish: &Publish,
    stats: &Stats,
    mut after: impl FnMut(),
) {
    let _end = AbandonAtEnd(queue);
    while let Some(jobs) = queue.take(most) {
        stats.groups.fetch_add(1, Ordering::Relaxed);
        stats.jobs.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        stats.sizes.record(jobs.len() as u64);
        let mut jobs = job::join(jobs);
        let effects = job::run_group(engine, &mut jobs, &stats.commits);
        if !effects.is_empty() {
            // What is stored stays stored, whatever the hub does with it.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| publish(effects))) {
                job::panicked(&*panic);
            }
        }
        for job in jobs {
            job.answer();
        }
        after();
    }
}

/// However the writer ends, its callers are not left waiting.
struct AbandonAtEnd<'q>(&'q Queue);

impl Drop for AbandonAtEnd<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread, with or without a runtime around.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
