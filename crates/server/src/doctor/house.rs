//! The database, the files beside it, the policies, the age of the last backup.

use super::{Findings, State, size};
use crate::args::House as Words;
use crate::command::Answer;
use crate::open;
use anyhow::Result;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;
use yingke_app::House;
use yingke_kernel::{Clock, SystemClock};
use yingke_store::health::{self, Health};
use yingke_store::{Dialect, Store, migrate};

/// A log longer than this is not being cut.
const LONG_LOG: u64 = 512 << 20;
/// A journey to PostgreSQL; a message takes a few.
const FAR: Duration = Duration::from_millis(5);
/// The clocks of the two machines.
const APART_SECS: i64 = 2;
/// Without a backup for so long.
const OLD_SECS: i64 = 48 * 3600;
/// A file without a row that is younger may be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(3600);

/// What the running server sees.
pub(crate) async fn of_house(house: &House) -> Result<Answer> {
    let (store, data) = (house.store().clone(), house.data_dir().to_owned());
    let policies = house.policies();
    let found = tokio::task::spawn_blocking(move || {
        let mut found = Findings::default();
        found.ok("policy", effective(&policies));
        look(&store, &data, &mut found);
        found.0
    })
    .await?;
    Ok(Answer::done(json!(found), false))
}

/// Files of policies that the words name; without any, the house keeps its own versions.
pub(super) fn look_at_policies(words: &Words, found: &mut Findings) {
    match open::policies(words) {
        Ok(Some(book)) => found.ok("policy", effective(&book)),
        Ok(None) => found.ok(
            "policy",
            "the built-in one, and the versions that the house keeps".to_owned(),
        ),
        Err(error) => found.bad("policy", format!("{error:#}"), "mend the file, then look again"),
    }
}

fn effective(book: &yingke_domain::policy::PolicyBook) -> String {
    let days: Vec<String> = book.all().iter().map(|p| p.effective.to_string()).collect();
    format!("in force from {}", days.join(", "))
}

/// Everything that the store knows.
pub(super) fn look(store: &Store, data: &Path, found: &mut Findings) {
    match health::look(store, true) {
        Err(error) => {
            found.bad(
                "database",
                error.to_string(),
                "see that it runs and can be reached",
            );
            return;
        }
        Ok(health) => match store.dialect() {
            Dialect::Sqlite => sqlite(&health, data, found),
            Dialect::Postgres => postgres(&health, found),
        },
    }
    match migrate::status(store) {
        Ok(status) if status.waiting.is_empty() => {
            found.ok("schema", format!("number {}, as this program's", status.at));
        }
        Ok(status) if status.at == 0 => {
            found.warn(
                "schema",
                "the database is empty",
                "start `yingke serve` on it, or restore a backup into it",
            );
            return;
        }
        Ok(status) => found.warn(
            "schema",
            format!("number {}, this program's is {}", status.at, status.known),
            "the next start of `yingke serve` backs it up and brings it up to date",
        ),
        Err(error) => found.bad("schema", error.to_string(), "do what it says"),
    }
    match store.report_blocking(health::check_sequences, Duration::from_secs(600)) {
        Ok(()) => found.ok("sequences", "every thread has all its numbers"),
        Err(error) => found.bad(
            "sequences",
            error.to_string(),
            "keep this folder as it is, and restore the last backup elsewhere",
        ),
    }
    files(store, data, found);
    backups(data, found);
}

fn sqlite(health: &Health, data: &Path, found: &mut Findings) {
    match &health.damage {
        Some(damage) => found.bad(
            "database",
            format!("is damaged: {damage}"),
            "stop the server, keep the folder as it is, and restore the last backup into another one",
        ),
        None => found.ok(
            "database",
            format!(
                "SQLite {}, {}, every page sound",
                health.version,
                size(health.bytes)
            ),
        ),
    }
    let log = std::fs::metadata(data.join("yingke.db-wal")).map_or(0, |m| m.len());
    let state = if log > LONG_LOG { State::Warn } else { State::Ok };
    found.judge(
        "log",
        state,
        format!("write-ahead log of {}", size(log)),
        "a long report may be holding it; it is cut once that is over, or at the next stop of the server",
    );
    settings(
        health,
        &[("journal_mode", "wal"), ("synchronous", "2")],
        found,
        "put the folder on a local disk that allows write-ahead logging",
    );
}

fn postgres(health: &Health, found: &mut Findings) {
    found.ok(
        "database",
        format!("PostgreSQL {}, {}", health.version, size(health.bytes)),
    );
    settings(
        health,
        &[("encoding", "UTF8"), ("fsync", "on"), ("full_page_writes", "on")],
        found,
        "set it in postgresql.conf and restart PostgreSQL: what is acknowledged may be lost when its machine stops",
    );
    let far = if health.latency > FAR {
        State::Warn
    } else {
        State::Ok
    };
    found.judge(
        "latency",
        far,
        format!("{:.2} ms there and back", health.latency.as_secs_f64() * 1_000.0),
        "bring the server and PostgreSQL nearer to each other: a message takes a few journeys",
    );
    if let Some((now, most)) = health.connections {
        let state = if now * 10 > most * 8 {
            State::Warn
        } else {
            State::Ok
        };
        found.judge(
            "connections",
            state,
            format!("{now} of {most} in use"),
            "raise max_connections, or see who else keeps connections open",
        );
    }
    if let Some(encrypted) = health.encrypted {
        found.ok(
            "encryption",
            if encrypted {
                "the connection is encrypted"
            } else {
                "the connection is not encrypted: fine on one machine; over a network use sslmode=verify-full"
            },
        );
    }
    if let Some(there) = health.clock {
        let apart = (there.micros() - SystemClock.now().micros()) / 1_000_000;
        let state = if apart.abs() > APART_SECS {
            State::Warn
        } else {
            State::Ok
        };
        found.judge(
            "clocks",
            state,
            format!("PostgreSQL's machine is {apart} s from this one"),
            "let a time service set both clocks",
        );
    }
}

fn settings(health: &Health, wanted: &[(&str, &str)], found: &mut Findings, mend: &str) {
    let wrong: Vec<String> = wanted
        .iter()
        .filter_map(|(name, good)| {
            let (_, value) = health.settings.iter().find(|(known, _)| known == name)?;
            (value != good).then(|| format!("{name} is {value}, wanted {good}"))
        })
        .collect();
    if wrong.is_empty() {
        let text: Vec<String> = health
            .settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        found.ok("settings", text.join(", "));
    } else {
        found.bad("settings", wrong.join("; "), mend);
    }
}

/// Rows without a file, files without a row.
fn files(store: &Store, data: &Path, found: &mut Findings) {
    let known = match store.read_blocking(health::files) {
        Ok(known) => known,
        Err(error) => {
            found.bad("files", error.to_string(), "see the finding of the database");
            return;
        }
    };
    let mut there = std::collections::HashSet::new();
    let (mut strange, mut bytes) = (0, 0);
    let recent = super::file_time_ago(ON_ITS_WAY);
    for entry in walk(&data.join("files")) {
        let Ok(about) = entry.metadata() else { continue };
        bytes += about.len();
        let name = entry.file_name();
        let id = name
            .to_str()
            .and_then(|name| Uuid::try_parse(name.get(..36)?).ok());
        match id {
            Some(id) if known.contains(&id) => drop(there.insert(id)),
            _ if about.modified().is_ok_and(|at| at > recent) => {}
            _ => strange += 1,
        }
    }
    let lost = known.len() - there.len();
    match (lost, strange) {
        (0, 0) => found.ok("files", format!("{} files, {}", known.len(), size(bytes))),
        (0, strange) => found.warn(
            "files",
            format!("{strange} files that the database does not know"),
            "left over from uploads that broke off, or from another house; they harm nothing",
        ),
        (lost, _) => found.bad(
            "files",
            format!(
                "{lost} of {} files are missing in {}",
                known.len(),
                data.join("files").display()
            ),
            "copy the folder `files` from a backup: the messages that show them are there",
        ),
    }
}

fn walk(folder: &Path) -> Vec<std::fs::DirEntry> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(walk(&entry.path())),
            Ok(_) => found.push(entry),
            Err(_) => {}
        }
    }
    found
}

fn backups(data: &Path, found: &mut Findings) {
    let folder = yingke_app::backup::folder(data);
    let mend =
        "run `yingke backup`, or `yingke serve --backup-at 03:30 --backup-dir` with a folder on another disk";
    match yingke_app::backup::newest(&[folder]) {
        None => found.warn(
            "backup",
            "none in the data folder's `backups`; one that lies elsewhere is not seen",
            mend,
        ),
        Some(at) => {
            let age = SystemClock.now().secs_since(at);
            let state = if age > OLD_SECS { State::Warn } else { State::Ok };
            found.judge("backup", state, format!("the last of {at}"), mend);
        }
    }
}
