//! Closed and open loop.
//!
//! A message counts when its sender has the acknowledgement and the desk of the agent who holds the conversation has the entry.
//! The text carries its number and the moment it was (to be) sent, so that the desk's side needs nothing else.

use crate::Common;
use crate::machine::{Shares, busy_before, load_average, resident_kib};
use crate::report::Figures;
use crate::server::place;
use crate::shop::{ABREAST, Visitor, agents, go_online, owner, visitors};
use crate::socket::{Entry, Frame, PONG, Socket, resume_frame, send_frame};
use crate::stats::Latencies;
use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use yingke_kernel::{ClientId, Clock, SystemClock};

/// Not measured: connections, first conversations, caches.
const WARM_UP: Duration = Duration::from_secs(2);
/// A message that is not seen within this is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is to be done.
pub(crate) struct Plan {
    pub(crate) buyers: usize,
    pub(crate) agents: usize,
    pub(crate) seconds: u64,
    /// Messages a second on a schedule; none: closed loop.
    pub(crate) rate: Option<u32>,
    pub(crate) seed: u64,
}

/// What the desk's side tells a buyer's side.
#[derive(Default)]
struct Seen {
    /// Highest number that a desk has got.
    number: AtomicU64,
    /// Highest number that the buyer has sent.
    sent: AtomicU64,
    bell: Notify,
}

/// What all tasks share.
struct World {
    began: Instant,
    /// Only messages sent after it are measured.
    from: Instant,
    until: Instant,
    seen: HashMap<String, Arc<Seen>>,
    over: AtomicBool,
}

impl World {
    fn nanos(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.began).as_nanos()).unwrap_or(u64::MAX)
    }
    fn is_measured(&self, sent: Instant) -> bool {
        sent >= self.from && sent < self.until
    }
}

/// Words of a usual length, with the number and the moment.
fn words(number: u64, nanos: u64) -> String {
    format!("亲，这款还有货吗？想要中号的，今天能发货吗 #{number}@{nanos}")
}

fn read_words(text: &str) -> Option<(u64, u64)> {
    let (_, marks) = text.rsplit_once('#')?;
    let (number, nanos) = marks.split_once('@')?;
    Some((number.parse().ok()?, nanos.parse().ok()?))
}

/// Runs the plan and prints its figures.
pub(crate) fn run(common: &Common, plan: &Plan) -> Result<()> {
    let place = place(common, None)?;
    let server = place.launch.start()?;
    let runtime = common.runtime()?;
    let (load_before, busy_before) = (load_average(), busy_before()?);
    let figures = runtime.block_on(async {
        let mut owner = owner(&server).await?;
        let capacity = plan.buyers.div_ceil(plan.agents) + 50;
        let mut agents = agents(&mut owner, server.address, plan.agents, capacity).await?;
        let visitors = visitors(server.address, plan.buyers).await?;
        let began = Instant::now();
        // Opening the sockets and routing the first conversations is part of the warming up, however long it takes.
        let connect = connect(&server, &agents, &visitors).await?;
        go_online(&mut agents).await?;
        let (desks, buyers) = connect;
        let from = Instant::now() + WARM_UP;
        let world = Arc::new(World {
            began,
            from,
            until: from + Duration::from_secs(plan.seconds),
            seen: visitors
                .iter()
                .map(|v| (v.thread.clone(), Arc::new(Seen::default())))
                .collect(),
            over: AtomicBool::new(false),
        });
        let mut desk_tasks = JoinSet::new();
        for (desk, agent) in desks.into_iter().zip(&agents) {
            desk_tasks.spawn(watch(Arc::clone(&world), desk, agent.id.clone()));
        }
        let mut buyer_tasks = JoinSet::new();
        let mut lines = Vec::new();
        for (socket, visitor) in buyers.into_iter().zip(&visitors) {
            let seen = Arc::clone(world.seen.get(&visitor.thread).context("a thread of nobody")?);
            let world = Arc::clone(&world);
            if plan.rate.is_some() {
                let (line, due) = mpsc::unbounded_channel();
                lines.push(line);
                buyer_tasks.spawn(on_schedule(world, socket, seen, due));
            } else {
                buyer_tasks.spawn(in_turn(world, socket, seen));
            }
        }
        if let Some(rate) = plan.rate {
            schedule(Arc::clone(&world), lines, rate, plan.seed);
        }
        tokio::time::sleep_until(from.into()).await;
        let shares = Shares::begin(server.pid())?;
        tokio::time::sleep_until(world.until.into()).await;
        let mut use_of_cpus = Figures::default();
        shares.end(&mut use_of_cpus)?;
        let resident = resident_kib(server.pid())?;
        let mut acked = Latencies::default();
        while let Some(result) = buyer_tasks.join_next().await {
            acked.append(result??);
        }
        // Whatever was acknowledged last is on its way to a desk.
        let all_seen = async {
            while world
                .seen
                .values()
                .any(|s| s.number.load(Ordering::Acquire) < s.sent.load(Ordering::Acquire))
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, all_seen)
            .await
            .context("some messages never reached a desk")?;
        world.over.store(true, Ordering::Release);
        let mut seen = Latencies::default();
        while let Some(result) = desk_tasks.join_next().await {
            seen.append(result??);
        }
        if acked.len() != seen.len() {
            bail!(
                "{} messages were acknowledged, but {} were seen at the desks",
                acked.len(),
                seen.len()
            );
        }
        let per_second = seen.len() as f64 / plan.seconds as f64;
        let mut figures = Figures::default();
        figures
            .set(
                "what",
                if plan.rate.is_some() {
                    "open loop"
                } else {
                    "closed loop"
                },
            )
            .set(
                "database",
                if common.database.is_some() {
                    "PostgreSQL"
                } else {
                    "SQLite, synchronous=FULL"
                },
            )
            .set("buyers", plan.buyers)
            .set("agents", plan.agents)
            .set("seconds", plan.seconds)
            .set("messages", seen.len())
            .round("messages_per_second", per_second, 1)
            .latency("sent_to_acknowledged", acked.summary())
            .latency("sent_to_seen", seen.summary())
            .round("server_resident_mib", resident as f64 / 1024.0, 1)
            .set("load_average_before", load_before.as_str())
            .round("busy_cpus_before", busy_before, 2);
        figures.append(use_of_cpus);
        anyhow::Ok(figures)
    })?;
    figures.print(common.format)?;
    drop(runtime);
    server.stop()
}

/// Opens everybody's sockets: desks first.
async fn connect(
    server: &crate::server::Server,
    agents: &[crate::shop::Member],
    visitors: &[Visitor],
) -> Result<(Vec<Socket>, Vec<Socket>)> {
    let address = server.address;
    let desks = stream::iter(agents)
        .map(|agent| Socket::open(address, None, &agent.cookie))
        .buffered(ABREAST)
        .try_collect()
        .await?;
    let buyers = stream::iter(visitors)
        .map(|visitor| async move {
            let mut socket = Socket::open(address, Some("main"), &visitor.cookie).await?;
            socket.say(resume_frame(None, -50)).await?;
            anyhow::Ok(socket)
        })
        .buffered(ABREAST)
        .try_collect()
        .await?;
    Ok((desks, buyers))
}

/// A desk that reads what comes, for as long as anybody writes. It opens what its agent holds, as a page does, and counts what
/// comes after.
async fn watch(world: Arc<World>, mut desk: Socket, person: String) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    // Threads that were asked for, and whether the answer has come.
    let mut open: HashMap<String, bool> = HashMap::new();
    loop {
        let text = match tokio::time::timeout(Duration::from_millis(100), desk.next()).await {
            Err(_) if world.over.load(Ordering::Acquire) => return Ok(latencies),
            Err(_) => continue,
            Ok(text) => text.context("the server closed a desk's connection")?,
        };
        let now = Instant::now();
        let frame: Frame<'_> = serde_json::from_str(&text)?;
        let mut held = Vec::new();
        match frame.t {
            "entry" => {
                let entry = frame.entry.context("an entry without one")?;
                match open.get(entry.thread) {
                    Some(true) => saw(&world, &entry, now, &mut latencies)?,
                    // What is missing comes with the answer.
                    Some(false) => {}
                    None => held.push(entry.thread),
                }
            }
            "entries" => {
                for entry in frame.entries.iter().flatten() {
                    saw(&world, entry, now, &mut latencies)?;
                }
                if let Some(is_open) = frame.thread.and_then(|thread| open.get_mut(thread)) {
                    *is_open = true;
                }
            }
            "row" | "rows" => {
                let rows = frame.rows.iter().flatten().chain(&frame.row);
                held.extend(
                    rows.filter(|r| r.live.holder == Some(person.as_str()))
                        .map(|r| r.thread),
                );
            }
            "ping" => desk.say(PONG.to_owned()).await?,
            "bye" | "problem" => bail!(
                "a desk was told: {}",
                frame.problem.map_or("bye".into(), |p| p.detail)
            ),
            _ => {}
        }
        for thread in held {
            if !open.contains_key(thread) {
                open.insert(thread.to_owned(), false);
                desk.say(resume_frame(Some(thread), 0)).await?;
            }
        }
    }
}

/// A desk has an entry: counted once, in its order.
fn saw(world: &World, entry: &Entry<'_>, now: Instant, latencies: &mut Latencies) -> Result<()> {
    if entry.from != "buyer" {
        return Ok(());
    }
    let (number, nanos) = read_words(&entry.text).context("a message of nobody")?;
    let seen = world.seen.get(entry.thread).context("a thread of nobody")?;
    let before = seen.number.swap(number, Ordering::AcqRel);
    if before + 1 != number {
        bail!("a desk got message {number} of a buyer after message {before}");
    }
    let sent = world.began + Duration::from_nanos(nanos);
    if world.is_measured(sent) {
        latencies.add(now.saturating_duration_since(sent));
    }
    seen.bell.notify_one();
    Ok(())
}

fn is_ack(text: &str) -> bool {
    text.starts_with(r#"{"t":"ack""#)
}

/// What a buyer's page does with a frame that is no acknowledgement.
async fn other_frame(socket: &mut Socket, text: &str) -> Result<()> {
    if text.starts_with(r#"{"t":"entry""#) {
        return Ok(());
    }
    let frame: Frame<'_> = serde_json::from_str(text)?;
    match frame.t {
        "ping" => socket.say(PONG.to_owned()).await,
        "bye" | "problem" | "refused" => {
            bail!(
                "a buyer was told: {}",
                frame.problem.map_or("bye".into(), |p| p.detail)
            )
        }
        _ => Ok(()),
    }
}

fn new_id() -> String {
    ClientId::new(SystemClock.now()).to_string()
}

/// Closed loop of one buyer.
async fn in_turn(world: Arc<World>, mut socket: Socket, seen: Arc<Seen>) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    let mut number = 0;
    loop {
        let sent = Instant::now();
        if sent >= world.until {
            return Ok(latencies);
        }
        number += 1;
        seen.sent.store(number, Ordering::Release);
        socket
            .say(send_frame(None, &new_id(), &words(number, world.nanos(sent))))
            .await?;
        let mut acked = false;
        let both = async {
            while !acked || seen.number.load(Ordering::Acquire) < number {
                tokio::select! {
                    text = socket.next() => {
                        let text = text.context("the server closed a buyer's connection")?;
                        if is_ack(&text) {
                            acked = true;
                            if world.is_measured(sent) {
                                latencies.add(sent.elapsed());
                            }
                        } else {
                            other_frame(&mut socket, &text).await?;
                        }
                    }
                    () = seen.bell.notified() => {}
                }
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, both)
            .await
            .context("a message was not acknowledged or never seen at a desk")??;
    }
}

/// Open loop of one buyer: what is due is sent, whatever is unanswered.
async fn on_schedule(
    world: Arc<World>,
    mut socket: Socket,
    seen: Arc<Seen>,
    mut due: mpsc::UnboundedReceiver<Instant>,
) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    let mut waiting: VecDeque<(String, Instant)> = VecDeque::new();
    let mut number = 0;
    let mut is_over = false;
    while !is_over || !waiting.is_empty() {
        tokio::select! {
            scheduled = due.recv(), if !is_over => match scheduled {
                None => is_over = true,
                Some(at) => {
                    number += 1;
                    seen.sent.store(number, Ordering::Release);
                    let id = new_id();
                    socket.say(send_frame(None, &id, &words(number, world.nanos(at)))).await?;
                    waiting.push_back((id, at));
                }
            },
            text = tokio::time::timeout(PATIENCE, socket.next()) => {
                let text = match text {
                    Ok(text) => text.context("the server closed a buyer's connection")?,
                    Err(_) if waiting.is_empty() => continue,
                    Err(_) => bail!("a message was not acknowledged within {} s", PATIENCE.as_secs()),
                };
                if !is_ack(&text) {
                    other_frame(&mut socket, &text).await?;
                    continue;
                }
                let now = Instant::now();
                let ack: Frame<'_> = serde_json::from_str(&text)?;
                let (id, at) = waiting.pop_front().context("an acknowledgement of nothing")?;
                if ack.client_id != Some(id.as_str()) {
                    bail!("acknowledgements came in another order than the messages");
                }
                if world.is_measured(at) {
                    latencies.add(now - at);
                }
            }
        }
    }
    Ok(latencies)
}

/// Tells the buyers, one after the other, when to write; on a thread of its own, which sleeps to the microsecond.
fn schedule(world: Arc<World>, lines: Vec<mpsc::UnboundedSender<Instant>>, rate: u32, seed: u64) {
    std::thread::spawn(move || {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut at = Instant::now();
        for line in lines.iter().cycle() {
            // Exponential gaps: buyers know nothing of each other.
            let gap = -(1.0 - dice.f64()).ln() / f64::from(rate.max(1));
            at += Duration::from_secs_f64(gap);
            if at >= world.until {
                return;
            }
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if line.send(at).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_carries_its_number_and_moment() {
        assert_eq!(read_words(&words(17, 123_456_789)), Some((17, 123_456_789)));
        assert_eq!(read_words("在吗"), None);
    }
}
