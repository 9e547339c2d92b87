//! Numbers about the house at work, for whoever watches over it. None of them is about a person.

use crate::{House, Result, backup};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use yingke_kernel::Stamp;
use yingke_store::Figures;

/// The house at one moment.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Now.
    pub now: Stamp,
    /// What the writers did.
    pub store: Figures,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Bytes of the database, its log apart; `None` if it did not answer.
    pub database_bytes: Option<u64>,
    /// Bytes of SQLite's write-ahead log.
    pub log_bytes: u64,
    /// Buyers who wait for a person to take them.
    pub waiting: usize,
    /// For how long the one who waits longest has.
    pub longest_wait_secs: i64,
    /// Conversations that are open.
    pub open: usize,
    /// People by their state.
    pub people: BTreeMap<&'static str, usize>,
    /// For how long the figures have not equalled the facts, and threads that wait for it.
    pub figures_behind: (Duration, usize),
    /// The same of the index of words.
    pub search_behind: (Duration, usize),
    /// When the newest backup was made, if there is one.
    pub backup_at: Option<Stamp>,
}

/// Counts them. `backups`: folders where backups lie.
///
/// # Errors
/// If the reading thread broke off.
pub async fn numbers(house: &House, backups: Vec<PathBuf>) -> Result<Numbers> {
    let now = house.now();
    let (waiting, longest_wait_secs, open, people) = {
        let desk = house.0.desk.lock();
        let longest = desk.open.values().filter_map(|open| open.queued_since).min();
        let mut people = BTreeMap::new();
        for person in desk.seats.keys() {
            *people.entry(desk.state(*person, now).as_str()).or_default() += 1;
        }
        (
            desk.waiting_count(),
            longest.map_or(0, |since| now.secs_since(since)),
            desk.open.len(),
            people,
        )
    };
    let (store, data) = (house.store().clone(), house.data_dir().to_owned());
    let looked = tokio::task::spawn_blocking(move || {
        let bytes = yingke_store::health::look(&store, false).ok().map(|h| h.bytes);
        let log = std::fs::metadata(data.join("yingke.db-wal")).map_or(0, |m| m.len());
        (bytes, log, backup::newest(&backups))
    })
    .await;
    let (database_bytes, log_bytes, backup_at) = looked.unwrap_or_default();
    Ok(Numbers {
        now,
        store: house.store().all_figures(),
        database: match house.store().dialect() {
            yingke_store::Dialect::Sqlite => "sqlite",
            yingke_store::Dialect::Postgres => "postgres",
        },
        database_bytes,
        log_bytes,
        waiting,
        longest_wait_secs,
        open,
        people,
        figures_behind: house.0.follower.lag(),
        search_behind: house.0.searcher.lag(),
        backup_at,
    })
}
