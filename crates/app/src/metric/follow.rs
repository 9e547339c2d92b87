//! The follower: keeps the day rows equal to the facts, within a second.
//!
//! Every commit names its threads; a thread that changed is derived again as a whole, its part of each day replaced, and the
//! days that it touched are summed anew from their parts. A restart goes on from the watermark; after a crash it looks a
//! day further back, because a clock that was set back must not hide a thread.

use super::derive::{Deriver, Ground, Names, Stored, grain};
use crate::incident::{self, Found};
use crate::{House, Result, house::problem};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use yingke_domain::metric::{Figures, Part, Tally};
use yingke_kernel::{ShopId, Stamp, ThreadId};
use yingke_store::metric::{self as rows, PartRow};
use yingke_store::{Effect, Lane, Tx};

/// Name of the watermark.
const WATERMARK: &str = "figures";
/// Name of the mark that findings were derived.
const FINDINGS: &str = "findings";
/// Threads that are read in one go, and written in one background closure.
const READ_CHUNK: usize = 200;
const WRITE_CHUNK: usize = 8;
/// How long one reading may take.
const READ_LIMIT: Duration = Duration::from_secs(60);
/// Shortest pause between two passes; a pass that took long makes the pause longer, so that it costs a tenth of a core at most.
const PAUSE: Duration = Duration::from_millis(400);
const REST: u32 = 10;
/// How far back to look after a crash.
const UNCLEAN_SECS: i64 = 24 * 3600;

/// What is still to be derived.
#[derive(Default)]
pub(crate) struct Follower {
    dirty: Mutex<HashSet<ThreadId>>,
    due: Mutex<BTreeSet<(Stamp, ThreadId)>>,
    pass: tokio::sync::Mutex<()>,
    /// Since when something is to be derived.
    behind: Mutex<Option<Instant>>,
}

impl Follower {
    /// Called with every commit, before it is answered: whoever got an answer finds it in the next pass.
    pub(crate) fn note(&self, effects: &[Effect]) {
        let mut dirty = None;
        for effect in effects {
            let thread = match effect {
                Effect::Appeared(appeared) => appeared.thread.id,
                Effect::Imported(thread) => *thread,
                _ => continue,
            };
            dirty.get_or_insert_with(|| self.dirty.lock()).insert(thread);
        }
        if dirty.is_some() {
            self.behind.lock().get_or_insert_with(Instant::now);
        }
    }

    /// For how long the day rows have not equalled the facts, and how many threads are to be derived.
    pub(crate) fn lag(&self) -> (Duration, usize) {
        let since = *self.behind.lock();
        (
            since.map_or(Duration::ZERO, |since| since.elapsed()),
            self.dirty.lock().len(),
        )
    }
}

/// Follows until stopped.
pub async fn run(house: House, stop: CancellationToken) {
    if let Err(problem) = begin(&house).await {
        tracing::error!(%problem, "the figures could not be brought up to date at the start");
    }
    loop {
        let started = Instant::now();
        if let Err(problem) = catch_up(&house).await {
            tracing::warn!(%problem, "the figures could not be brought up to date; it will be tried again");
        }
        let pause = PAUSE.max(started.elapsed() * REST);
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    if catch_up(&house).await.is_ok() {
        let until = house.now();
        // A clean end: the next start looks back from here only.
        let done = house
            .write(Lane::Background, move |tx| {
                rows::set_derived_until(tx, "clean", until)
            })
            .await;
        if let Err(problem) = done {
            tracing::warn!(%problem, "the end of the follower could not be noted");
        }
    }
}

/// Finds what changed since the watermark.
pub(crate) async fn begin(house: &House) -> Result<()> {
    let (changed, due) = house
        .read(|tx: &mut Tx<'_>| {
            let until = rows::derived_until(tx, WATERMARK)?;
            let clean = rows::derived_until(tx, "clean")?;
            let since = match until {
                None => Stamp::from_micros(i64::MIN),
                Some(until) if clean.is_some_and(|clean| clean >= until) => until,
                Some(until) => until.plus_secs(-UNCLEAN_SECS),
            };
            // A house from before the findings is derived once as a whole.
            let since = match rows::derived_until(tx, FINDINGS)? {
                Some(_) => since,
                None => Stamp::from_micros(i64::MIN),
            };
            Ok((rows::changed_since(tx, since, i64::MAX)?, rows::due_threads(tx)?))
        })
        .await?;
    let follower = &house.0.follower;
    follower
        .dirty
        .lock()
        .extend(changed.into_iter().map(|(thread, _)| thread));
    follower
        .due
        .lock()
        .extend(due.into_iter().map(|(thread, at)| (at, thread)));
    Ok(())
}

/// Every thread again, from scratch (a line changed, an account was bound).
pub async fn redo_everything(house: &House) -> Result<()> {
    let threads = house.read(rows::all_threads).await?;
    house.0.follower.dirty.lock().extend(threads);
    Ok(())
}

/// Derives everything that was committed before this call; when it returns, the day rows equal the facts.
pub async fn catch_up(house: &House) -> Result<()> {
    let follower = &house.0.follower;
    let _one_at_a_time = follower.pass.lock().await;
    let now = house.now();
    let taken = Instant::now();
    let threads: Vec<ThreadId> = {
        let mut dirty = follower.dirty.lock();
        let mut due = follower.due.lock();
        while let Some((at, thread)) = due.first().copied() {
            if at > now {
                break;
            }
            due.pop_first();
            dirty.insert(thread);
        }
        std::mem::take(&mut *dirty).into_iter().collect()
    };
    if threads.is_empty() {
        if follower.dirty.lock().is_empty() {
            *follower.behind.lock() = None;
        }
        return Ok(());
    }
    let mut days: BTreeSet<(ShopId, i32)> = BTreeSet::new();
    let result = derive_all(house, &threads, now, &mut days).await;
    // Days are summed even if the reading stopped half-way: what was replaced must be counted.
    let summed = sum_days(house, days).await;
    if let Err(problem) = result.and(summed) {
        follower.dirty.lock().extend(threads);
        return Err(problem);
    }
    house
        .write(Lane::Background, move |tx| {
            rows::set_derived_until(tx, WATERMARK, now)?;
            rows::set_derived_until(tx, FINDINGS, now)
        })
        .await?;
    // What came while this pass ran is behind since then, at the earliest.
    let left = !follower.dirty.lock().is_empty();
    *follower.behind.lock() = left.then_some(taken);
    Ok(())
}

/// What a thread gives: its parts of days, its findings, when it must be derived again.
#[derive(Clone)]
struct Derived {
    shop: ShopId,
    thread: ThreadId,
    parts: Vec<PartRow>,
    found: Vec<Found>,
    due: Option<Stamp>,
}

async fn derive_all(
    house: &House,
    threads: &[ThreadId],
    now: Stamp,
    days: &mut BTreeSet<(ShopId, i32)>,
) -> Result<()> {
    let mut findings = Vec::new();
    for chunk in threads.chunks(READ_CHUNK) {
        let derived = derive_chunk(house, chunk.to_vec(), now).await?;
        {
            let mut due = house.0.follower.due.lock();
            for d in &derived {
                due.extend(d.due.map(|at| (at, d.thread)));
            }
        }
        for some in derived.chunks(WRITE_CHUNK) {
            let some: Vec<Derived> = some.to_vec();
            let touched = house
                .write(Lane::Background, move |tx: &mut Tx<'_>| {
                    let mut touched = Vec::new();
                    for d in &some {
                        let before = rows::replace_parts(tx, d.shop, d.thread, &d.parts)?;
                        touched.extend(
                            before
                                .into_iter()
                                .chain(d.parts.iter().map(|p| p.day))
                                .map(|day| (d.shop, day)),
                        );
                    }
                    let found: Vec<_> = some.iter().map(|d| (d.shop, d.thread, &*d.found)).collect();
                    Ok((touched, incident::record(tx, &found, now)?))
                })
                .await?;
            let (touched, people) = touched;
            days.extend(touched);
            findings.extend(people);
        }
    }
    incident::sum_up(house, findings).await
}

async fn derive_chunk(house: &House, threads: Vec<ThreadId>, now: Stamp) -> Result<Vec<Derived>> {
    let directory = house.directory();
    let book = house.policies();
    house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| {
                let mut deriver = Deriver::default();
                let mut names = Names::default();
                let mut done = Vec::with_capacity(threads.len());
                for thread in threads {
                    let Some(shop) = rows::shop_of(tx, thread)? else {
                        continue;
                    };
                    let Some(zone) = directory.shop(shop).map(|s| s.zone.clone()) else {
                        continue;
                    };
                    let ground = Ground {
                        directory: &directory,
                        zone: &zone,
                        book: &book,
                        as_of: now,
                    };
                    deriver.thread(tx, thread, &ground, &mut names)?;
                    let mut by_day: BTreeMap<i32, Vec<Stored>> = BTreeMap::new();
                    let line_of = |agent| names.line_of(agent);
                    Tally::new(&zone, &book).contribute(
                        deriver.conversations(),
                        &line_of,
                        now,
                        &mut |part: &Part| {
                            by_day.entry(part.day).or_default().push(Stored::of(part, &names));
                        },
                    );
                    let due = deriver.due(&ground);
                    let parts = by_day
                        .into_iter()
                        .map(|(day, parts)| {
                            let parts = serde_json::to_string(&parts)
                                .map_err(|e| yingke_store::StoreError::Inconsistent(e.to_string()))?;
                            Ok(PartRow { day, parts, due })
                        })
                        .collect::<yingke_store::Result<Vec<_>>>()?;
                    let found = incident::found(thread, &deriver, &ground, &names);
                    done.push(Derived {
                        shop,
                        thread,
                        parts,
                        found,
                        due,
                    });
                }
                Ok(done)
            },
            READ_LIMIT,
        )
        .await
        .map_err(problem)
}

type Key = (Option<Uuid>, Option<String>, Option<u8>);

async fn sum_days(house: &House, days: BTreeSet<(ShopId, i32)>) -> Result<()> {
    for (shop, day) in days {
        let counts = house
            .0
            .store
            .report(
                move |tx: &mut Tx<'_>| {
                    let mut sums: BTreeMap<&'static str, BTreeMap<Key, Figures>> = BTreeMap::new();
                    let broken = |_| {
                        yingke_store::StoreError::Inconsistent("a stored day part cannot be read".to_owned())
                    };
                    rows::parts_of_day(tx, shop, day, |text| {
                        let parts: Vec<Stored> = serde_json::from_str(text).map_err(broken)?;
                        for Stored(cut, agent, line, hour, ints) in parts {
                            let cut = yingke_domain::metric::Cut::parse(&cut);
                            if let (Some(cut), Some(figures)) = (cut, Figures::from_ints(&ints)) {
                                let cells = sums.entry(grain(cut, hour.is_some())).or_default();
                                cells.entry((agent, line, hour)).or_default().add(&figures);
                            }
                        }
                        Ok(())
                    })?;
                    sums.into_iter()
                        .map(|(grain, cells)| {
                            let cut = grain.split('-').next().unwrap_or(grain);
                            let stored: Vec<Stored> = cells
                                .into_iter()
                                .map(|((agent, line, hour), f)| {
                                    Stored(cut.to_owned(), agent, line, hour, f.to_ints().to_vec())
                                })
                                .collect();
                            Ok((grain, serde_json::to_string(&stored).map_err(broken)?))
                        })
                        .collect::<yingke_store::Result<Vec<_>>>()
                },
                READ_LIMIT,
            )
            .await
            .map_err(problem)?;
        house
            .write(Lane::Background, move |tx| {
                rows::replace_counts(tx, shop, day, &counts)
            })
            .await?;
    }
    Ok(())
}
