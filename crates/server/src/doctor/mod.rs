//! `yingke doctor`: looks at what a house rests on, and says how to mend what is not well.
//!
//! What the data folder, the disk and the clock are like, this process sees itself. What the database and the files are like is
//! seen by the server that holds the folder, if one runs; else this process opens the store, without changing it. The way in
//! that people take (`--url`) is tried as a browser would.

mod folder;
mod house;
mod way;

pub(crate) use house::of_house;

use crate::args::{Format, House as Words};
use crate::command::Request;
use crate::{local, open, print};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use yingke_kernel::{Clock, SystemClock};

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Well.
    Ok,
    /// Works, and should be seen to.
    Warn,
    /// Does not work, or loses something.
    Bad,
}

/// What was found of one thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Finding {
    state: State,
    check: String,
    found: String,
    mend: Option<String>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, check: &str, found: impl Into<String>) {
        self.add(State::Ok, check, found.into(), None);
    }
    fn warn(&mut self, check: &str, found: impl Into<String>, mend: impl Into<String>) {
        self.add(State::Warn, check, found.into(), Some(mend.into()));
    }
    fn bad(&mut self, check: &str, found: impl Into<String>, mend: impl Into<String>) {
        self.add(State::Bad, check, found.into(), Some(mend.into()));
    }
    /// `state` unless it is well.
    fn judge(&mut self, check: &str, state: State, found: impl Into<String>, mend: impl Into<String>) {
        let mend = (state != State::Ok).then(|| mend.into());
        self.add(state, check, found.into(), mend);
    }
    fn add(&mut self, state: State, check: &str, found: String, mend: Option<String>) {
        self.0.push(Finding {
            state,
            check: check.to_owned(),
            found,
            mend,
        });
    }
}

/// The command. Exit code 0: all is well; 1: something should be seen to; 2: something is broken.
pub(crate) fn run(
    words: &Words,
    url: Option<&str>,
    trust: Option<&Path>,
    format: Format,
) -> Result<ExitCode> {
    let mut found = Findings::default();
    found.ok("program", format!("yingke {}", env!("CARGO_PKG_VERSION")));
    let there = folder::look(&words.data, &mut found);
    match local::connect(&words.data) {
        Some(server) => {
            found.ok("server", "runs on this folder");
            let answer = local::ask(server, &Request::Doctor, &|_| {})?;
            if let Some(error) = answer.error {
                found.bad(
                    "server",
                    format!("could not answer: {error}"),
                    "see its log, and restart it",
                );
            }
            found
                .0
                .extend(serde_json::from_value::<Vec<Finding>>(answer.data).unwrap_or_default());
        }
        None => {
            folder::look_for_leftovers(&words.data, &mut found);
            house::look_at_policies(words, &mut found);
            if there || words.database.is_some() {
                stopped(words, &mut found);
            }
        }
    }
    if let Some(url) = url {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(way::look(url, trust, &mut found));
    }
    let worst = found.0.iter().map(|f| f.state).max().unwrap_or(State::Ok);
    match format {
        Format::Table => show(&found.0)?,
        other => print::document(&json!(found.0), other)?,
    }
    Ok(ExitCode::from(worst as u8))
}

/// A line for each finding, and one below it for how to mend what is not well.
fn show(found: &[Finding]) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for finding in found {
        let state = match finding.state {
            State::Ok => "ok  ",
            State::Warn => "warn",
            State::Bad => "BAD ",
        };
        writeln!(out, "{state}  {:<13} {}", finding.check, finding.found)?;
        if let Some(mend) = &finding.mend {
            writeln!(out, "{:21}→ {mend}", "")?;
        }
    }
    out.flush()
}

/// The database and the files of a house that no server holds.
fn stopped(words: &Words, found: &mut Findings) {
    if words.database.is_none() && !words.data.join("yingke.db").exists() {
        found.warn(
            "database",
            "there is none in this folder",
            "start `yingke serve` on it to make one, or name another folder with --data",
        );
        return;
    }
    let opened = open::target(words).and_then(|target| {
        let config = yingke_store::StoreConfig {
            target,
            ..yingke_store::StoreConfig::sqlite("")
        };
        Ok(yingke_store::Store::open(config, Arc::new(|_| {}))?)
    });
    match opened {
        Err(error) => found.bad(
            "database",
            format!("{error:#}"),
            "do what it says, then look again",
        ),
        Ok(store) => {
            house::look(&store, &words.data, found);
            store.close();
        }
    }
}

/// `1.5 GiB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

/// A time as the file system writes it, so long ago.
fn file_time_ago(ago: Duration) -> SystemTime {
    let now = u64::try_from(SystemClock.now().micros()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_micros(now).saturating_sub(ago)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        assert_eq!(
            [0, 1023, 1536, 5 << 30].map(size),
            ["0 B", "1023 B", "1.5 KiB", "5.0 GiB"]
        );
    }

    #[test]
    fn the_worst_finding_is_the_exit_code() {
        assert!(State::Bad > State::Warn && State::Warn > State::Ok);
        assert_eq!([State::Ok, State::Warn, State::Bad].map(|s| s as u8), [0, 1, 2]);
    }
}
