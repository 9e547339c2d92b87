//! The crash test: kills under load, cut connections, restarts; then the record of what was acknowledged is held against what is
//! stored and against what each side saw.

mod page;
mod record;

use crate::Common;
use crate::http::Http;
use crate::report::Figures;
use crate::server::{Server, place};
use crate::shop::{Member, agents, go_online, owner, visitors};
use anyhow::{Context, Result, bail};
use clap::Args;
use page::{Page, Phase, Side, until};
use record::{Line, Record, View};
use serde::Deserialize;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Conversations of one agent, more or less.
const PER_AGENT: usize = 8;
/// How long the end of the load may take: twice the time in which a ping shows a lost last entry.
const DRAIN: Duration = Duration::from_secs(40);
/// Connections over which the store is read.
const READERS: usize = 8;
/// Entries of one answer.
const PAGE: usize = 200;
/// Messages of all buyers together, a second.
const RATE: u32 = 400;
/// Faults that are printed.
const SHOWN: usize = 20;

/// What `crash` takes.
#[derive(Args, Clone)]
pub(crate) struct Crash {
    #[command(flatten)]
    common: Common,
    /// How often the server is killed.
    #[arg(long, default_value_t = 8)]
    kills: u32,
    /// Seed of all chance; the same seed gives the same plan, not the same timing.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Buyers who write.
    #[arg(long, default_value_t = 40)]
    conversations: usize,
    /// Milliseconds under load before a kill, on average; each is between a twentieth and nearly twice of it.
    #[arg(long, default_value_t = 500)]
    pace: u64,
}

/// What the pages and the killer share.
pub(crate) struct World {
    pub(crate) server: SocketAddr,
    record: Mutex<Record>,
    phase: watch::Sender<Phase>,
    seen: Mutex<HashMap<String, HashMap<String, i64>>>,
    connections: AtomicU64,
    cuts: AtomicU64,
    acts: AtomicU64,
    /// A buyer writes every so often, on average.
    pub(crate) every: Duration,
}

impl World {
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }
    pub(crate) fn follow(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }
    /// A page tells how far it has seen its threads.
    pub(crate) fn saw(&self, viewer: &str, lasts: HashMap<String, i64>) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(viewer.to_owned(), lasts);
    }
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }
    pub(crate) fn cut(&self) {
        self.cuts.fetch_add(1, Ordering::Relaxed);
    }
    pub(crate) fn acted(&self) {
        self.acts.fetch_add(1, Ordering::Relaxed);
    }
    /// Whether every page has seen its threads to these ends.
    fn all_seen(&self, ends: &HashMap<String, i64>) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values()
            .flatten()
            .all(|(thread, last)| ends.get(thread).is_none_or(|end| last >= end))
    }
}

#[derive(Deserialize)]
struct StoredEntry {
    seq: i64,
    kind: String,
    text: String,
}

/// A thread's entries after a sequence, read as the house reads them.
async fn read_after(http: &mut Http, thread: &str, after: i64) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    loop {
        let last = lines.last().map_or(after, |l| l.seq);
        let path = format!("/api/v1/conversation/threads/{thread}/entries?after={last}&limit={PAGE}");
        let mut reply = http.must("GET", &path, None).await?;
        let page: Vec<StoredEntry> = serde_json::from_value(reply.body["entries"].take())?;
        let is_last = page.len() < PAGE;
        lines.extend(page.into_iter().map(|e| Line {
            seq: e.seq,
            text: (e.kind == "text").then_some(e.text),
        }));
        if is_last {
            return Ok(lines);
        }
    }
}

/// Reads threads after what is known of each, several side by side.
async fn read_all(browsers: &mut [Http], threads: &[(String, i64)]) -> Result<Vec<(String, Vec<Line>)>> {
    let share = threads.len().div_ceil(browsers.len().max(1)).max(1);
    let readers = browsers
        .iter_mut()
        .zip(threads.chunks(share))
        .map(|(http, threads)| async move {
            let mut read = Vec::with_capacity(threads.len());
            for (thread, after) in threads {
                read.push((thread.clone(), read_after(http, thread, *after).await?));
            }
            anyhow::Ok(read)
        });
    let read = futures_util::future::try_join_all(readers).await?;
    Ok(read.into_iter().flatten().collect())
}

/// Reads what came since the last time, and holds it against the record.
async fn check(world: &World, browsers: &mut [Http], threads: &[String]) -> Result<()> {
    // What was acknowledged before the store is read must be found there.
    let (fresh, known) = {
        let record = world.record();
        let known: Vec<(String, i64)> = threads.iter().map(|t| (t.clone(), record.known(t))).collect();
        (record.fresh(), known)
    };
    let read = read_all(browsers, &known).await?;
    let mut record = world.record();
    for (thread, lines) in read {
        record.stored(&thread, lines);
    }
    record.check_acknowledged(&fresh);
    Ok(())
}

/// Runs the test; exit code 1 when anything was lost, doubled or swapped.
pub(crate) fn run(words: &Crash) -> Result<ExitCode> {
    let place = place(&words.common, None)?;
    let mut server = place.launch.start()?;
    let runtime = words.common.runtime()?;
    let began = Instant::now();
    let (world, downtime, checking, ending) = runtime.block_on(async {
        let (world, owner, threads, mut pages) = open(words, &server).await?;
        let mut browsers: Vec<Http> = (0..READERS).map(|_| owner.http.another()).collect();
        let mut dice = fastrand::Rng::with_seed(words.seed);
        let (mut downtime, mut checking) = (Duration::ZERO, Duration::ZERO);
        for kill in 1..=words.kills {
            let pause = words.pace * dice.u64(5..195) / 100;
            let paused = tokio::time::sleep(Duration::from_millis(pause));
            tokio::select! {
                () = paused => {}
                Some(ended) = pages.join_next() => {
                    // No page ends while there is load: this one found something wrong.
                    ended??;
                    bail!("a page ended too early");
                }
            }
            server.kill()?;
            let down = Instant::now();
            server = place
                .launch
                .start()
                .with_context(|| format!("after kill {kill}"))?;
            downtime += down.elapsed();
            let up = Instant::now();
            check(&world, &mut browsers, &threads).await?;
            checking += up.elapsed();
            if !world.record().faults.is_empty() {
                break;
            }
            if kill % 50 == 0 {
                let record = world.record();
                eprintln!(
                    "{kill} kills, {} messages acknowledged, {} stored, no fault",
                    record.acknowledged, record.stored
                );
            }
        }
        let end = Instant::now();
        finish(&world, &mut browsers, &threads, pages).await?;
        anyhow::Ok((world, downtime, checking, end.elapsed()))
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let record = world.record();
    let mut figures = Figures::default();
    figures
        .set("what", "crash")
        .set(
            "database",
            if words.common.database.is_some() {
                "PostgreSQL"
            } else {
                "SQLite"
            },
        )
        .set("seed", words.seed)
        .set("conversations", words.conversations)
        .set("kills", words.kills)
        .set("connections", world.connections.load(Ordering::Relaxed))
        .set("cut_by_the_client", world.cuts.load(Ordering::Relaxed))
        .set("sent", record.sent)
        .set("acknowledged", record.acknowledged)
        .set("refused", record.refused)
        .set("stored", record.stored)
        .set("closed_or_transferred", world.acts.load(Ordering::Relaxed))
        .set("faults", record.faults.len())
        .round("seconds", seconds, 1)
        .round("seconds_of_checks", checking.as_secs_f64(), 1)
        .round("seconds_of_the_end", ending.as_secs_f64(), 1)
        .round(
            "restart_mean_ms",
            downtime.as_secs_f64() * 1_000.0 / f64::from(words.kills.max(1)),
            1,
        );
    figures.print(words.common.format)?;
    for fault in record.faults.iter().take(SHOWN) {
        eprintln!("{fault}");
    }
    if record.faults.len() > SHOWN {
        eprintln!("… and {} more", record.faults.len() - SHOWN);
    }
    if record.acknowledged == 0 {
        bail!("nothing was acknowledged: this run proves nothing");
    }
    let is_good = record.faults.is_empty();
    drop(record);
    drop(runtime);
    server.stop()?;
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

type Pages = JoinSet<Result<Vec<(String, String, View)>>>;

/// The people come, and begin.
async fn open(words: &Crash, server: &Server) -> Result<(Arc<World>, Member, Vec<String>, Pages)> {
    let mut owner = owner(server).await?;
    let count = words.conversations.div_ceil(PER_AGENT).max(2);
    let mut agents = agents(&mut owner, server.address, count, words.conversations).await?;
    go_online(&mut agents).await?;
    let visitors = visitors(server.address, words.conversations).await?;
    let threads: Vec<String> = visitors.iter().map(|v| v.thread.clone()).collect();
    let world = Arc::new(World {
        server: server.address,
        record: Mutex::default(),
        phase: watch::channel(Phase::Load).0,
        seen: Mutex::default(),
        connections: AtomicU64::new(0),
        cuts: AtomicU64::new(0),
        acts: AtomicU64::new(0),
        every: Duration::from_secs(1) * u32::try_from(words.conversations)? / RATE,
    });
    let mut pages = JoinSet::new();
    let ids: Vec<String> = agents.iter().map(|a| a.id.clone()).collect();
    for (i, agent) in agents.into_iter().enumerate() {
        let colleagues = ids.iter().filter(|id| **id != agent.id).cloned().collect();
        let side = Side::Agent {
            person: agent.id,
            http: agent.http,
            colleagues,
        };
        let seed = words.seed.wrapping_mul(1_000_003).wrapping_add(i as u64);
        pages.spawn(Page::new(Arc::clone(&world), format!("a{i}"), agent.cookie, side, seed).live());
    }
    for (i, visitor) in visitors.into_iter().enumerate() {
        let side = Side::Buyer {
            thread: visitor.thread,
        };
        let seed = words.seed.wrapping_mul(2_000_003).wrapping_add(i as u64);
        pages.spawn(Page::new(Arc::clone(&world), format!("b{i}"), visitor.cookie, side, seed).live());
    }
    Ok((world, owner, threads, pages))
}

/// No new messages; whatever is under way ends; everybody catches up; then everything is compared.
async fn finish(world: &World, browsers: &mut [Http], threads: &[String], mut pages: Pages) -> Result<()> {
    world.phase.send_replace(Phase::Drain);
    if !until(DRAIN, || world.record().unanswered() == 0).await {
        bail!(
            "{} messages were never answered, although the server runs",
            world.record().unanswered()
        );
    }
    // Acts of agents that were under way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    check(world, browsers, threads).await?;
    let ends: HashMap<String, i64> = threads
        .iter()
        .map(|t| (t.clone(), world.record().known(t)))
        .collect();
    let _or_behind = until(DRAIN, || world.all_seen(&ends)).await;
    world.phase.send_replace(Phase::End);
    let mut views = Vec::new();
    while let Some(page) = pages.join_next().await {
        views.extend(page??);
    }
    // Something may have happened by itself since (a conversation given out): what was seen of it must be stored as well.
    check(world, browsers, threads).await?;
    let from_the_start: Vec<(String, i64)> = threads.iter().map(|t| (t.clone(), 0)).collect();
    for (thread, whole) in read_all(browsers, &from_the_start).await? {
        world.record().check_whole(&thread, &whole);
    }
    let mut record = world.record();
    for (viewer, thread, view) in &views {
        record.check_view(viewer, thread, view, ends.get(thread).copied().unwrap_or(0));
    }
    Ok(())
}
