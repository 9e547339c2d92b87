//! The program under test, as a process of its own.

use crate::Common;
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Longer than any start may take.
const START: Duration = Duration::from_secs(120);
/// Lines of the log that are kept for an error's text.
const TAIL: usize = 30;

/// How the server is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) bin: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) database: Option<String>,
    pub(crate) listen: SocketAddr,
}

/// A throw-away place for a server: folder, database, port. Gone when dropped.
pub(crate) struct Place {
    pub(crate) launch: Launch,
    _folder: Option<tempfile::TempDir>,
    _database: Option<yingke_testkit::postgres::Database>,
}

/// The program, and where it keeps its things.
pub(crate) fn place(common: &Common, data: Option<PathBuf>) -> Result<Place> {
    let bin = match &common.bin {
        Some(bin) => bin.clone(),
        None => std::env::current_exe()?.with_file_name("yingke"),
    };
    if !bin.is_file() {
        bail!(
            "there is no program {}; build it (cargo build -p yingke-server) or name another with --bin",
            bin.display()
        );
    }
    let folder = match data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("no throw-away folder could be made")?),
    };
    let data = match (&folder, data) {
        (Some(folder), _) => folder.path().join("data"),
        (None, data) => data.unwrap_or_default(),
    };
    let temporary = match common.database.as_deref() {
        Some("temp") => {
            let cluster = yingke_testkit::postgres::Cluster::shared()
                .context("PostgreSQL is not installed (apt-get install postgresql)")?;
            Some(cluster.database()?)
        }
        _ => None,
    };
    let database = match &temporary {
        Some(database) => Some(database.url()),
        None => common.database.clone(),
    };
    let listen = free_port()?;
    Ok(Place {
        launch: Launch {
            bin,
            data,
            database,
            listen,
        },
        _folder: folder,
        _database: temporary,
    })
}

/// A port that nobody listens on now.
fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A server that runs. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    owner: Arc<Mutex<Option<String>>>,
    /// From the start of the process to its `ready` line.
    pub(crate) ready_after: Duration,
    log: Arc<Mutex<VecDeque<String>>>,
}

impl Launch {
    /// The program with the folder and the database of this launch.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.bin);
        command.args(words).arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command
    }

    /// Starts the server and waits until it says that it is ready.
    pub(crate) fn start(&self) -> Result<Server> {
        let began = Instant::now();
        let mut child = self
            .command(&["serve"])
            .args(["--listen", &self.listen.to_string(), "--no-flood-limits"])
            .env(
                "YINGKE_LOG",
                std::env::var("YINGKE_LOG").unwrap_or_else(|_| "warn".to_owned()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", self.bin.display()))?;
        let log = Arc::new(Mutex::new(VecDeque::new()));
        let owner = Arc::new(Mutex::new(None));
        if let Some(stderr) = child.stderr.take() {
            let (log, owner) = (Arc::clone(&log), Arc::clone(&owner));
            std::thread::spawn(move || listen(BufReader::new(stderr), &log, &owner));
        }
        let (ready, wait) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if line.starts_with("ready ") {
                        let _nobody_waits_any_more = ready.send(Instant::now());
                    }
                }
            });
        }
        let mut server = Server {
            child,
            address: self.listen,
            owner,
            ready_after: Duration::ZERO,
            log,
        };
        match wait.recv_timeout(START) {
            Ok(at) => server.ready_after = at - began,
            Err(_) => bail!(
                "the server did not become ready; its last words:\n{}",
                server.last_words()
            ),
        }
        Ok(server)
    }
}

fn listen(stderr: impl BufRead, log: &Mutex<VecDeque<String>>, owner: &Mutex<Option<String>>) {
    for line in stderr.lines().map_while(Result::ok) {
        if let Some((_, link)) = line.split_once("/in#")
            && let Ok(mut owner) = owner.lock()
        {
            *owner = Some(link.trim().to_owned());
        }
        if let Ok(mut log) = log.lock() {
            if log.len() == TAIL {
                log.pop_front();
            }
            log.push_back(line);
        }
    }
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The token by which the owner's account is made; the first start of a house prints it.
    pub(crate) fn owner_token(&self) -> Result<String> {
        // It was printed before the line that `start` waited for, but into another pipe.
        for _ in 0..200 {
            if let Some(token) = self.owner.lock().ok().and_then(|token| token.clone()) {
                return Ok(token);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the server printed no link for the owner; is the folder or the database in use already?")
    }

    /// SIGKILL: no goodbye, no flush.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!(
                "the server ended by itself ({status}); its last words:\n{}",
                self.last_words()
            );
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, and the wait for the end.
    pub(crate) fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status()?;
        if !asked.success() {
            bail!(
                "the server could not be asked to stop; its last words:\n{}",
                self.last_words()
            );
        }
        let status = self.child.wait()?;
        if !status.success() {
            bail!(
                "the server did not stop well ({status}); its last words:\n{}",
                self.last_words()
            );
        }
        Ok(())
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        // The pipes' threads need a moment after the process ended.
        std::thread::sleep(Duration::from_millis(20));
        self.log
            .lock()
            .map(|log| log.iter().map(|l| format!("  {l}\n")).collect())
            .unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

/// The size of a folder, MiB; only its own files.
pub(crate) fn folder_mib(folder: &Path) -> f64 {
    let Ok(files) = std::fs::read_dir(folder) else {
        return 0.0;
    };
    let bytes: u64 = files
        .flatten()
        .filter_map(|f| f.metadata().ok())
        .map(|m| m.len())
        .sum();
    bytes as f64 / f64::from(1 << 20)
}
