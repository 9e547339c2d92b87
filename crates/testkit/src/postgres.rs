//! Throw-away PostgreSQL for tests.
//!
//! One cluster for each test process, in a temporary folder, gone when the process ends however it ends; or, with
//! `YINGKE_TEST_POSTGRES=postgres://user@host/postgres`, databases of a cluster that is there already. Without PostgreSQL
//! the tests that want it say so and pass, unless `CI=true` or `YINGKE_REQUIRE_POSTGRES=1`.

use anyhow::{Context, Result, bail};
use postgres::{Client, NoTls};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Where to get it.
const RECIPE: &str = "apt-get install postgresql (15 or newer)";

/// A running PostgreSQL that tests may fill with databases.
#[derive(Debug)]
pub struct Cluster {
    /// Address of its database `postgres`, as a superuser.
    url: String,
    numbers: AtomicU32,
    template: Mutex<Option<String>>,
    /// Ours: its input is the pipe that keeps the server alive. `None` for one that was there.
    _watchdog: Option<Child>,
}

/// A database of a [`Cluster`], dropped with this value.
#[derive(Debug)]
pub struct Database {
    cluster: &'static Cluster,
    name: String,
}

impl Database {
    /// Its address.
    pub fn url(&self) -> String {
        self.cluster.address(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // In a cluster of our own it goes with the cluster.
        if self.cluster._watchdog.is_none() {
            let _ = self
                .cluster
                .command(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

impl Cluster {
    /// The cluster of this process, started when first asked for; `None`, after saying so, if there is no PostgreSQL.
    ///
    /// # Panics
    /// If there is none although the environment demands it, or if it does not start.
    pub fn shared() -> Option<&'static Cluster> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED
            .get_or_init(|| match start() {
                Ok(Some(cluster)) => Some(cluster),
                Ok(None) => {
                    let demanded = std::env::var("CI").is_ok_and(|v| v == "true")
                        || std::env::var("YINGKE_REQUIRE_POSTGRES").is_ok_and(|v| v == "1");
                    assert!(
                        !demanded,
                        "PostgreSQL is demanded here but not installed: {RECIPE}"
                    );
                    eprintln!("SKIPPED: tests on PostgreSQL, which is not installed: {RECIPE}");
                    None
                }
                Err(error) => panic!("PostgreSQL for tests did not start: {error:#}"),
            })
            .as_ref()
    }

    /// A fresh, empty database; collation C.
    ///
    /// # Errors
    /// The server's words.
    pub fn database(&'static self) -> Result<Database> {
        self.copy_of("template0")
    }

    /// A fresh database with the house's schema, copied from one that is migrated once for this process.
    ///
    /// # Errors
    /// The server's or the migration's words.
    pub fn migrated(&'static self) -> Result<Database> {
        let mut template = self
            .template
            .lock()
            .map_err(|_| anyhow::anyhow!("the template was not made"))?;
        let name = match &*template {
            Some(name) => name.clone(),
            None => {
                let fresh = self.database()?;
                let config = yingke_store::StoreConfig::postgres(fresh.url());
                let store = yingke_store::Store::open(config, std::sync::Arc::new(|_| {}))?;
                yingke_store::migrate::run(&store)?;
                store.close();
                let name = fresh.name.clone();
                *template = Some(name.clone());
                // The template lives as long as the process.
                std::mem::forget(fresh);
                name
            }
        };
        // Under the lock: a template is copied only while nobody is connected to it.
        self.copy_of(&name)
    }

    fn copy_of(&'static self, template: &str) -> Result<Database> {
        let name = format!(
            "yingke_test_{}_{}",
            std::process::id(),
            self.numbers.fetch_add(1, Ordering::Relaxed)
        );
        let collation = if template == "template0" {
            " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        } else {
            ""
        };
        self.command(&format!("CREATE DATABASE {name} TEMPLATE {template}{collation}"))?;
        Ok(Database { cluster: self, name })
    }

    /// Runs a command as superuser on a thread of its own: tests with a runtime may call it too.
    fn command(&self, text: &str) -> Result<()> {
        let (url, text) = (self.url.clone(), text.to_owned());
        std::thread::spawn(move || -> Result<()> {
            Client::connect(&url, NoTls)?
                .batch_execute(&text)
                .with_context(|| text.clone())
        })
        .join()
        .map_err(|_| anyhow::anyhow!("the command panicked"))?
    }

    fn address(&self, database: &str) -> String {
        let (address, words) = self
            .url
            .split_once('?')
            .map_or((self.url.as_str(), None), |(a, w)| (a, Some(w)));
        let base = address.rsplit_once('/').map_or(address, |(base, _)| base);
        words.map_or_else(
            || format!("{base}/{database}"),
            |words| format!("{base}/{database}?{words}"),
        )
    }
}

fn start() -> Result<Option<Cluster>> {
    let cluster = |url: String, watchdog: Option<Child>| Cluster {
        url,
        numbers: AtomicU32::new(0),
        template: Mutex::new(None),
        _watchdog: watchdog,
    };
    if let Ok(url) = std::env::var("YINGKE_TEST_POSTGRES")
        && !url.is_empty()
    {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            bail!("YINGKE_TEST_POSTGRES is {url:?}; wanted postgres://user@host:port/postgres");
        }
        return Ok(Some(cluster(url, None)));
    }
    let Some(bin) = programs() else { return Ok(None) };
    let (url, watchdog) = launch(&bin)?;
    Ok(Some(cluster(url, Some(watchdog))))
}

/// The folder of the newest server programs.
pub fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).or_else(|| {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
    })
}

/// Makes a cluster in a temporary folder and starts it under a watchdog: a shell that waits for the end of its input, which
/// is the end of this process, then stops the server and removes the folder.
pub fn launch(bin: &Path) -> Result<(String, Child)> {
    const WATCH: &str = r#"
        dir=$1; bin=$2; port=$3
        "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 || exit 1
        "$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 -c max_connections=200 \
            -c shared_buffers=64MB -c max_wal_size=256MB -c autovacuum=off -c logging_collector=off \
            >"$dir/server.log" 2>&1 </dev/null &
        server=$!
        cat >/dev/null
        kill -QUIT "$server" 2>/dev/null
        wait "$server"
        rm -rf "$dir""#;
    let root = is_root()?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    // Kept from here on: the watchdog removes it.
    let folder = tempfile::Builder::new()
        .prefix("yingke-postgres-")
        .tempdir()?
        .keep();
    // The server refuses to run as root.
    let mut command = if root {
        let done = Command::new("chown")
            .arg("postgres")
            .arg(&folder)
            .status()
            .context("chown")?;
        if !done.success() {
            bail!("there is no user postgres to run the server as; {RECIPE} makes one");
        }
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut watchdog = command
        .args(["-c", WATCH, "sh"])
        .arg(&folder)
        .arg(bin)
        .arg(port.to_string())
        .current_dir(&folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own: Ctrl-C ends the tests, and with them this.
        .process_group(0)
        .spawn()
        .context("the watchdog of PostgreSQL")?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let begun = Instant::now();
    loop {
        let (probe, tell) = (url.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || tell.0.send(Client::connect(&probe, NoTls).is_ok()));
        if tell.1.recv().unwrap_or(false) {
            return Ok((url, watchdog));
        }
        let ended = watchdog.try_wait()?.is_some();
        if ended || begun.elapsed() > Duration::from_secs(60) {
            let log = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            let words = format!("{}\n{}", log("initdb.log"), log("server.log"));
            drop(watchdog.stdin.take());
            bail!("PostgreSQL did not answer on port {port}:\n{words}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata("/proc/self").context("/proc/self")?.uid() == 0)
}
