//! PostgreSQL: writing lanes, each a thread with a connection of its own, and readers apart.

use super::error::{ConstraintKind, Result, StoreError};
use super::job::{self, Engine};
use super::pool::Pool;
use super::queue::Queue;
use super::reach::Reach;
use super::statement::{Address, Ready, address};
use super::tx::{Conn, RELEASE, ROLLBACK_TO, SAVEPOINT, Shape, Tx, Want};
use super::value::Inner;
use super::{Lane, Publish, Stats, serve};
use crate::Val;
use postgres::fallible_iterator::FallibleIterator;
use postgres::{Client, Statement, error::SqlState};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Waiting jobs of a lane that become one transaction. Smaller than SQLite's: others wait for the rows it holds.
const GROUP: usize = 64;
/// Report connections.
const REPORTS: usize = 2;
/// Statements put together at run time that a connection keeps prepared.
const BUILT: usize = 128;
/// The oldest server that has what the statements use.
const OLDEST: i32 = 150_000;

/// A connection and its statements.
///
/// BEGIN, SAVEPOINT and RELEASE are not sent alone: they wait in `pending` and travel with what follows, one round trip for all.
pub(crate) struct PgConn {
    config: Reach,
    client: Option<Client>,
    fixed: HashMap<Address, Statement>,
    built: HashMap<String, Statement>,
    pending: String,
    /// Between `begin` and its end.
    begun: bool,
    /// BEGIN has reached the server.
    sent: bool,
}

impl PgConn {
    fn new(config: Reach) -> Self {
        Self {
            config,
            client: None,
            fixed: HashMap::new(),
            built: HashMap::new(),
            pending: String::new(),
            begun: false,
            sent: false,
        }
    }

    fn connect(&mut self) -> Result<()> {
        if self.client.as_ref().is_some_and(|client| !client.is_closed()) {
            return Ok(());
        }
        self.drop_client();
        let mut client = self
            .config
            .connect()
            .map_err(|e| StoreError::Unavailable(words(&e)))?;
        client
            .batch_execute(
                "SET synchronous_commit = on; SET timezone = 'UTC'; SET client_min_messages = warning; \
                 SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = '60s'",
            )
            .map_err(|e| StoreError::Unavailable(words(&e)))?;
        self.client = Some(client);
        Ok(())
    }

    fn drop_client(&mut self) {
        self.fixed.clear();
        self.built.clear();
        self.client = None;
    }

    /// The open connection, with everything sent that waits.
    fn ready(&mut self) -> Result<&mut Client> {
        if !self.sent {
            self.connect()?;
        }
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.sent |= self.begun;
            let client = self.client.as_mut().ok_or_else(gone)?;
            if let Err(error) = client.batch_execute(&text) {
                return Err(self.error(&error));
            }
        }
        self.client.as_mut().ok_or_else(gone)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.begun && (!self.sent || self.client.as_ref().is_some_and(|client| !client.is_closed()))
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        if matches!(text, SAVEPOINT | RELEASE | ROLLBACK_TO) {
            self.push(text);
            return Ok(());
        }
        let outcome = self.ready()?.batch_execute(text);
        outcome.map_err(|e| self.error(&e))
    }

    fn push(&mut self, text: &str) {
        self.pending.push_str(text);
        self.pending.push(';');
    }

    fn prepared(&mut self, ready: &Ready<'_>) -> Result<Statement> {
        let known = match ready {
            Ready::Fixed(text) => self.fixed.get(&address(text)),
            Ready::Built(text) => self.built.get(text.as_ref()),
        };
        if let Some(statement) = known {
            return Ok(statement.clone());
        }
        let outcome = self.ready()?.prepare(ready.text());
        let statement = outcome.map_err(|e| self.error(&e))?;
        match ready {
            Ready::Fixed(text) => {
                self.fixed.insert(address(text), statement.clone());
            }
            Ready::Built(text) => {
                if self.built.len() >= BUILT {
                    self.built.clear();
                }
                self.built.insert(text.as_ref().to_owned(), statement.clone());
            }
        }
        Ok(statement)
    }

    /// Rows in the text form of COPY, in one go.
    pub(crate) fn copy_in(&mut self, statement: &str, rows: &[u8]) -> Result<u64> {
        let client = self.ready()?;
        let outcome = client.copy_in(statement).and_then(|mut writer| {
            // What fails to be written is told by `finish`, in the server's words.
            let _ = std::io::Write::write_all(&mut writer, rows);
            writer.finish()
        });
        outcome.map_err(|e| self.error(&e))
    }

    pub(crate) fn describe(&mut self, ready: &Ready<'_>) -> Result<Shape> {
        let statement = self.prepared(ready)?;
        Ok(Shape {
            parameters: statement.params().len(),
            columns: statement.columns().len(),
        })
    }

    pub(crate) fn run(
        &mut self,
        ready: &Ready<'_>,
        args: &[Val<'_>],
        want: Want,
        deadline: Option<(Instant, u64)>,
        each: &mut dyn FnMut(Inner<'_>) -> bool,
    ) -> Result<u64> {
        if let Some((end, _)) = deadline {
            let left = end.saturating_duration_since(Instant::now()).as_millis().max(1);
            self.push(&format!("SET LOCAL statement_timeout = {left}"));
        }
        let statement = self.prepared(ready)?;
        if statement.params().len() != args.len() {
            return Err(StoreError::inconsistent(format!(
                "a statement takes {} parameters and was given {}: {}",
                statement.params().len(),
                args.len(),
                ready.text()
            )));
        }
        let client = self.ready()?;
        let outcome = stream(client, &statement, args, want, each);
        outcome.map_err(|e| self.error(&e))
    }

    fn error(&mut self, error: &postgres::Error) -> StoreError {
        let broken = error.is_closed()
            || self.client.as_ref().is_none_or(Client::is_closed)
            || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>());
        let Some(db) = error.as_db_error() else {
            if broken {
                self.drop_client();
                return StoreError::Unavailable(words(error));
            }
            return StoreError::Driver(words(error));
        };
        let code = db.code();
        let text = format!("{} ({})", db.message(), code.code());
        let constraint = |kind: ConstraintKind| {
            let name = db.constraint().map_or_else(
                || {
                    format!(
                        "{}_{}_not_null",
                        db.table().unwrap_or_default(),
                        db.column().unwrap_or_default()
                    )
                },
                str::to_owned,
            );
            StoreError::Constraint {
                name,
                kind,
                text: text.clone(),
            }
        };
        match *code {
            SqlState::UNIQUE_VIOLATION | SqlState::EXCLUSION_VIOLATION => constraint(ConstraintKind::Unique),
            SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => {
                constraint(ConstraintKind::ForeignKey)
            }
            SqlState::CHECK_VIOLATION => constraint(ConstraintKind::Check),
            SqlState::NOT_NULL_VIOLATION => constraint(ConstraintKind::NotNull),
            SqlState::DISK_FULL => StoreError::Full,
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy(text),
            SqlState::QUERY_CANCELED => StoreError::TimedOut(0),
            // A plan made before a migration: prepared anew, it fits.
            SqlState::FEATURE_NOT_SUPPORTED if db.message().contains("cached plan") => {
                self.fixed.clear();
                self.built.clear();
                StoreError::Busy(text)
            }
            // The server ends this connection: stopping, or out of connections.
            _ if broken || code.code().starts_with("57P") || code.code().starts_with("08") => {
                self.drop_client();
                StoreError::Unavailable(text)
            }
            _ => StoreError::Driver(text),
        }
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the connection broke inside the transaction".to_owned())
}

/// The error with its causes: the driver's own line says only "db error".
fn words(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

/// Rows arrive as they are asked for: the connection holds back the server when nobody takes them.
fn stream(
    client: &mut Client,
    statement: &Statement,
    args: &[Val<'_>],
    want: Want,
    each: &mut dyn FnMut(Inner<'_>) -> bool,
) -> std::result::Result<u64, postgres::Error> {
    if want == Want::Changes {
        let args: Vec<&(dyn postgres::types::ToSql + Sync)> = args.iter().map(|arg| arg as _).collect();
        return client.execute(statement, &args);
    }
    let mut rows = client.query_raw(statement, args.iter())?;
    let mut wanted = true;
    while let Some(row) = rows.next()? {
        // Read to the end even when the rest is not wanted: an error that comes late is an error.
        if wanted {
            wanted = each(Inner::Postgres(&row)) && want != Want::First;
        }
    }
    Ok(0)
}

impl Engine for PgConn {
    fn begin(&mut self) -> Result<()> {
        self.begun = true;
        self.sent = false;
        self.pending.clear();
        self.push("BEGIN");
        Ok(())
    }
    fn begin_read(&mut self, _: Option<Duration>) -> Result<()> {
        self.begun = true;
        self.sent = false;
        self.pending.clear();
        self.push("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        // A connection that broke while it was idle is found here, where connecting anew costs nothing.
        match self.ready() {
            Err(StoreError::Unavailable(_)) => {
                self.sent = false;
                self.push("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                self.ready().map(|_| ())
            }
            other => other.map(|_| ()),
        }
    }
    fn savepoint(&mut self) -> Result<()> {
        self.push(SAVEPOINT);
        Ok(())
    }
    fn rollback_to(&mut self) -> Result<()> {
        self.push(ROLLBACK_TO);
        Ok(())
    }
    fn release(&mut self) -> Result<()> {
        self.push(RELEASE);
        Ok(())
    }
    fn commit(&mut self) -> Result<()> {
        if !self.sent {
            // Nothing was asked of the server, so there is nothing to commit.
            self.pending.clear();
            self.begun = false;
            return Ok(());
        }
        self.push("COMMIT");
        match self.ready() {
            Ok(_) => {
                self.begun = false;
                self.sent = false;
                Ok(())
            }
            Err(StoreError::Unavailable(text)) => {
                self.begun = false;
                self.sent = false;
                Err(StoreError::Unknown(text))
            }
            Err(error) => Err(error),
        }
    }
    fn rollback(&mut self) {
        self.pending.clear();
        if self.begun
            && self.sent
            && let Some(client) = &mut self.client
            && let Err(error) = client.batch_execute("ROLLBACK")
        {
            tracing::warn!(error = %words(&error), "a transaction was ended by closing its connection");
            self.drop_client();
        }
        self.begun = false;
        self.sent = false;
    }
    fn is_open(&self) -> bool {
        PgConn::is_open(self)
    }
    fn tx(&mut self) -> Tx<'_> {
        Tx::new(Conn::Postgres(self))
    }
}

/// The running PostgreSQL store.
pub(crate) struct PgStore {
    lanes: Vec<Arc<Queue>>,
    threads: parking_lot::Mutex<Vec<JoinHandle<()>>>,
    guard: parking_lot::Mutex<Option<Guard>>,
    readers: Arc<Pool<PgConn>>,
    reports: Arc<Pool<PgConn>>,
    next: AtomicUsize,
    config: Reach,
}

/// The advisory lock by which one server alone works on a database; another number than that of the migrations.
const SERVER_LOCK: i64 = 7_238_194_402_118;
/// How long a new server waits for one that is just going.
const HANDOVER: Duration = Duration::from_secs(2);
/// Between two looks at whether the lock is still held.
const WATCH: Duration = Duration::from_secs(1);

/// Keeps the server's lock on a connection of its own, which lives as long as the store.
///
/// A server that lost that connection takes the lock again; if somebody else was faster, it closes: two servers on one database
/// would each believe in their own picture of who holds which conversation. In the moment between, a second server may begin; the
/// rows themselves stay sound, because each change of a thread names the `rev` that it read.
struct Guard {
    /// Dropped to end it.
    stop: std::sync::mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Guard {
    /// Takes the lock. `lost` is called once, if it is lost to another server.
    fn open(config: &Reach, lost: impl FnOnce() + Send + 'static) -> Result<Self> {
        let config = config.clone();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let (tell, told) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-guard".to_owned())
            .spawn(move || {
                let mut conn = PgConn::new(config);
                let taken = take_lock(&mut conn, HANDOVER);
                let held = taken.is_ok();
                let _ = tell.send(taken);
                if held {
                    watch(conn, &stopped, lost);
                }
            })
            .map_err(|e| StoreError::Refused(format!("no thread for the database: {e}")))?;
        told.recv().unwrap_or(Err(StoreError::Closed))?;
        Ok(Self { stop, thread })
    }

    fn close(self) {
        drop(self.stop);
        if self.thread.thread().id() != std::thread::current().id() {
            let _ = self.thread.join();
        }
    }
}

/// Asks for the lock until it is given or the time is over.
fn take_lock(conn: &mut PgConn, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    loop {
        let client = conn.ready()?;
        let given = client
            // The server frees the lock of a machine that fell silent after half a minute; a local socket needs no such care.
            .batch_execute(
                "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3",
            )
            .and_then(|()| client.query_one("SELECT pg_try_advisory_lock($1)", &[&SERVER_LOCK]))
            .and_then(|row| row.try_get::<_, bool>(0));
        match given {
            Ok(true) => return Ok(()),
            Ok(false) if Instant::now() >= end => {
                return Err(StoreError::Refused(
                    "another server works on this PostgreSQL database; stop it, or give this one a database of its own"
                        .to_owned(),
                ));
            }
            Ok(false) => std::thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(conn.error(&error)),
        }
    }
}

/// Holds the lock until told to stop, or until another server has it.
fn watch(mut conn: PgConn, stopped: &std::sync::mpsc::Receiver<()>, lost: impl FnOnce()) {
    let mut held = true;
    while matches!(
        stopped.recv_timeout(WATCH),
        Err(std::sync::mpsc::RecvTimeoutError::Timeout)
    ) {
        if held {
            let alive = conn
                .client
                .as_mut()
                .is_some_and(|client| client.is_valid(Duration::from_secs(5)).is_ok());
            if alive {
                continue;
            }
            tracing::warn!("the connection that holds the server's lock broke; taking the lock again");
            conn.drop_client();
            held = false;
        }
        match take_lock(&mut conn, Duration::ZERO) {
            Ok(()) => {
                tracing::info!("the server's lock is held again");
                held = true;
            }
            Err(StoreError::Refused(text)) => {
                tracing::error!("{text}; this one stops writing");
                lost();
                return;
            }
            // Nobody reaches the database now, the lanes neither.
            Err(error) => tracing::warn!(%error, "the server's lock cannot be taken now"),
        }
    }
    // Given back in words: the end of the connection alone is noticed a moment later.
    if held
        && let Some(client) = &mut conn.client
        && let Err(error) = client.execute("SELECT pg_advisory_unlock($1)", &[&SERVER_LOCK])
    {
        tracing::warn!(error = %words(&error), "the server's lock ends with its connection");
    }
}

impl PgStore {
    pub(crate) fn open(
        url: &str,
        lanes: usize,
        readers: usize,
        bound: usize,
        publish: Publish,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let config = Reach::parse(url)?;
        let store = Self {
            lanes: (0..lanes.max(1)).map(|_| Arc::new(Queue::new(bound))).collect(),
            threads: parking_lot::Mutex::default(),
            guard: parking_lot::Mutex::default(),
            readers: Arc::new(pool(readers, &config)),
            reports: Arc::new(pool(REPORTS, &config)),
            next: AtomicUsize::new(0),
            config: config.clone(),
        };
        for (number, queue) in store.lanes.iter().enumerate() {
            let (queue, publish, stats, config) =
                (queue.clone(), publish.clone(), stats.clone(), config.clone());
            let (tell, told) = sync_channel(1);
            let thread = std::thread::Builder::new()
                .name(format!("store-lane-{number}"))
                .spawn(move || {
                    // The client runs a small runtime of its own, which may not be made inside another: hence here.
                    let mut conn = PgConn::new(config);
                    let fit = conn
                        .connect()
                        .and_then(|()| if number == 0 { check(&mut conn) } else { Ok(()) });
                    let fits = fit.is_ok();
                    let _ = tell.send(fit);
                    if fits {
                        serve(&queue, GROUP, &mut conn, &publish, &stats, || {});
                    }
                })
                .map_err(|e| StoreError::Refused(format!("no thread for the database: {e}")))?;
            store.threads.lock().push(thread);
            let fit = told.recv().unwrap_or_else(|_| Err(StoreError::Closed));
            if let Err(error) = fit {
                store.close();
                return Err(unreachable_at_start(error));
            }
        }
        let (lanes, readers, reports) = (store.lanes.clone(), store.readers.clone(), store.reports.clone());
        let guard = Guard::open(&config, move || {
            // What waits was not done and is answered so; nothing more is taken.
            lanes.iter().for_each(|lane| {
                lane.abandon();
                lane.close();
            });
            readers.close();
            reports.close();
        });
        match guard {
            Ok(guard) => *store.guard.lock() = Some(guard),
            Err(error) => {
                store.close();
                return Err(unreachable_at_start(error));
            }
        }
        Ok(store)
    }

    /// A thread always takes the same lane, so its writes keep their order and meet no lock of another lane.
    pub(crate) fn queue(&self, lane: Lane) -> &Arc<Queue> {
        let count = self.lanes.len();
        let number = match lane {
            Lane::Thread(id) => {
                // The last bytes of a UUIDv7 are random.
                let mut tail = [0u8; 8];
                tail.copy_from_slice(&id[8..]);
                (u64::from_be_bytes(tail) % count as u64) as usize
            }
            Lane::Any | Lane::Background => {
                let start = self.next.fetch_add(1, Ordering::Relaxed);
                (0..count)
                    .map(|i| (start + i) % count)
                    .min_by_key(|i| self.lanes[*i].len())
                    .unwrap_or_default()
            }
        };
        &self.lanes[number]
    }

    pub(crate) fn waiting(&self) -> usize {
        self.lanes.iter().map(|lane| lane.len()).sum()
    }

    pub(crate) fn pool(&self, report: bool) -> &Pool<PgConn> {
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

    /// Reads one consistent state on a connection of its own.
    pub(crate) fn snapshot<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut conn = PgConn::new(self.config.clone());
        job::read_on(&mut conn, None, f)
    }

    /// Finishes what waits and ends the lanes.
    pub(crate) fn close(&self) {
        for lane in &self.lanes {
            lane.close();
        }
        self.readers.close();
        self.reports.close();
        for thread in self.threads.lock().drain(..) {
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
        // Last: as long as anything is written, the lock is held.
        let guard = self.guard.lock().take();
        if let Some(guard) = guard {
            guard.close();
        }
    }
}

fn unreachable_at_start(error: StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(text) => StoreError::Refused(format!(
            "the PostgreSQL server cannot be reached: {text}; check the address and that it runs"
        )),
        other => other,
    }
}

fn pool(size: usize, config: &Reach) -> Pool<PgConn> {
    let config = config.clone();
    Pool::new(size, move || Ok(PgConn::new(config.clone())))
}

/// What the statements and the promise of durability rest on.
fn check(conn: &mut PgConn) -> Result<()> {
    let client = conn.ready()?;
    let ask = |client: &mut Client, text: &str| -> Result<String> {
        client
            .query_one(text, &[])
            .and_then(|row| row.try_get(0))
            .map_err(|e| StoreError::Unavailable(words(&e)))
    };
    let version = ask(client, "SELECT current_setting('server_version_num')")?;
    if version.parse::<i32>().unwrap_or(0) < OLDEST {
        return Err(StoreError::Refused(format!(
            "the PostgreSQL server is too old ({version}); wanted 15 or newer"
        )));
    }
    let shape = ask(
        client,
        "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = current_database()",
    )?;
    if !matches!(shape.as_str(), "UTF8 C" | "UTF8 POSIX") {
        return Err(StoreError::Refused(format!(
            "the PostgreSQL database has encoding and collation {shape:?}, wanted UTF8 and C: \
             CREATE DATABASE yingke TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )));
    }
    if ask(client, "SELECT current_setting('fsync')")? != "on" {
        tracing::warn!(
            "the PostgreSQL server runs with fsync=off: what is acknowledged may be lost when the machine stops"
        );
    }
    Ok(())
}
