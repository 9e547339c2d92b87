//! The binary in a process of its own.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Standard output as one JSON document, with this exit code.
    pub(crate) fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("standard output is not one JSON document ({error}): {self:#?}"))
    }
    /// Nothing on standard output, exit code 2, and every one of these words on standard error.
    pub(crate) fn refused(&self, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{self:#?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not said: {self:#?}");
        }
    }
}

/// A data folder, with the words that name it.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: tempfile::TempDir,
    database: Option<yingke_testkit::postgres::Database>,
}

impl Folder {
    /// A folder that does not exist yet, in one that does.
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::Builder::new().prefix("yingke-cli-").tempdir().unwrap(),
            database: None,
        }
    }
    /// The facts in PostgreSQL; `None` where there is none.
    pub(crate) fn postgres() -> Option<Self> {
        let database = yingke_testkit::postgres::Cluster::shared()?.database().unwrap();
        Some(Self {
            database: Some(database),
            ..Self::new()
        })
    }
    /// Where the data lies.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
    /// Address of the database, if it is PostgreSQL.
    pub(crate) fn url(&self) -> Option<String> {
        self.database
            .as_ref()
            .map(yingke_testkit::postgres::Database::url)
    }
    /// Where it lies beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    /// A file beside it.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yingke"));
        // Nothing of the developer's own surroundings.
        for name in [
            "YINGKE_DATA",
            "YINGKE_DATABASE",
            "YINGKE_POLICY",
            "YINGKE_LISTEN",
            "YINGKE_PUBLIC_URL",
            "YINGKE_LOG",
            "YINGKE_LOG_FORMAT",
            "YINGKE_METRICS",
            "YINGKE_BACKUP_AT",
            "YINGKE_BACKUP_DIR",
            "YINGKE_BACKUP_KEEP",
        ] {
            command.env_remove(name);
        }
        command.args(words);
        // Commands that need no house take no words about one.
        if matches!(words.first(), Some(&"check" | &"default-config")) {
            return command;
        }
        command.arg("--data").arg(self.data());
        if let Some(database) = &self.database {
            command.arg("--database").arg(database.url());
        }
        command.current_dir(self.dir.path());
        command
    }
    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Done {
        finish(&mut self.command(words), b"")
    }
    /// The same, with something on standard input.
    pub(crate) fn feed(&self, words: &[&str], input: &[u8]) -> Done {
        finish(&mut self.command(words), input)
    }
    /// Imports chats and gives the result of the one file.
    pub(crate) fn chats(&self, content: &str, code: i32) -> Value {
        let file = self.file("chats.jsonl", content);
        self.import("chats", &file, code)
    }
    /// Imports one file and gives its result.
    pub(crate) fn import(&self, what: &str, file: &Path, code: i32) -> Value {
        let all = self
            .run(&["import", what, "--format", "json", &file.display().to_string()])
            .json(code);
        assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
        all[0].clone()
    }
    /// The performance rows of these words.
    pub(crate) fn report(&self, words: &str) -> Value {
        let words: Vec<&str> = words.split(' ').collect();
        self.run(&[&["report", "performance", "--format", "json"], &words[..]].concat())
            .json(0)
    }
    /// Starts `yingke serve` and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        self.serve_at("127.0.0.1:0")
    }
    /// The same at this address.
    pub(crate) fn serve_at(&self, listen: &str) -> Server {
        self.serve_with(&["--listen", listen], &[])
    }
    /// The same with these words and variables.
    pub(crate) fn serve_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut child = self
            .command(&[&["serve"], words].concat())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = log.read_to_string(&mut text);
            text
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(url) = line.trim_end().strip_prefix("ready ") else {
            let _ = child.wait();
            panic!(
                "the server did not become ready; it said {line:?} and logged:\n{}",
                log.join().unwrap()
            );
        };
        Server {
            url: url.to_owned(),
            child,
            log: Some(log),
        }
    }
}

fn finish(command: &mut Command, input: &[u8]) -> Done {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A command that reads no input may be over already.
    let _not_wanted = child.stdin.take().unwrap().write_all(input);
    let out = child.wait_with_output().unwrap();
    Done {
        code: out.status.code().unwrap_or(-1),
        out: String::from_utf8(out.stdout).expect("UTF-8 on standard output"),
        err: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

/// A running `yingke serve`; killed with this value.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    child: Child,
    log: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Where it listens.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }
    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
    /// Asks it to stop (SIGTERM) and gives its exit code and its log.
    pub(crate) fn stop(mut self) -> (i32, String) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the server does not stop"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        (code, self.log.take().unwrap().join().unwrap())
    }
    /// Kills it as a power cut does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.log.is_some() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
