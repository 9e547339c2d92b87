//! The follower of the index. New messages it hears of with their commit; what else changes notes itself in the store
//! (`search_todo`). A restart goes on from the watermark, and a thread goes on behind its last indexed entry, so nothing is
//! taken in twice; after a crash it looks a day further back, as the follower of the figures does.

use super::build::{self, Item, LARGE, SMALL, Shelf};
use crate::{House, Result, house::problem};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use yingke_kernel::{ShopId, Stamp, ThreadId};
use yingke_store::search::{self as rows, Kind, PLACES, Segment, State, Todo};
use yingke_store::{Effect, Lane, Tx, metric};

/// Name of the watermark, and of the mark of a clean end.
const WATERMARK: &str = "search";
const CLEAN: &str = "search_clean";
/// Threads that are read in one go, and changes that are taken in in one write.
const READ_CHUNK: usize = 64;
const TODO_CHUNK: i64 = 24;
const READ_LIMIT: Duration = Duration::from_secs(60);
/// Shortest pause between two passes; a pass that took long makes it longer, so that it costs a fifth of a core at most.
const PAUSE: Duration = Duration::from_millis(300);
const REST: u32 = 4;
/// How far back to look after a crash.
const UNCLEAN_SECS: i64 = 24 * 3600;
/// How long the last pass may take when the house stops; what it does not reach, the next start does.
const LAST_PASS: Duration = Duration::from_secs(3);

/// What is still to be taken in.
#[derive(Default)]
pub(crate) struct Follower {
    dirty: Mutex<HashSet<ThreadId>>,
    shelf: tokio::sync::Mutex<Option<Shelf>>,
    /// Since when something is to be taken in.
    behind: Mutex<Option<Instant>>,
}

impl Follower {
    /// Called with every commit, before it is answered: whoever got an answer finds it after the next pass.
    pub(crate) fn note(&self, effects: &[Effect]) {
        let mut dirty = None;
        for effect in effects {
            let thread = match effect {
                Effect::Appeared(appeared) if !appeared.entries.is_empty() => appeared.thread.id,
                Effect::Imported(thread) => *thread,
                _ => continue,
            };
            dirty.get_or_insert_with(|| self.dirty.lock()).insert(thread);
        }
        if dirty.is_some() {
            self.behind.lock().get_or_insert_with(Instant::now);
        }
    }

    /// For how long the index has lacked something, and how many threads are to be taken in.
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
        tracing::error!(%problem, "the index of words could not be brought up to date at the start");
    }
    let mut whole = true;
    while !stop.is_cancelled() {
        let started = Instant::now();
        tokio::select! {
            done = catch_up(&house) => {
                if let Err(problem) = done {
                    tracing::warn!(%problem, "the index of words could not be brought up to date; it will be tried again");
                }
            }
            () = stop.cancelled() => {
                whole = false;
                break;
            }
        }
        let pause = PAUSE.max(started.elapsed() * REST);
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    // A pass that was cut short has forgotten what it was about: the next start looks further back instead.
    if !whole {
        return;
    }
    if let Ok(Ok(())) = tokio::time::timeout(LAST_PASS, catch_up(&house)).await {
        let until = house.now();
        let done = house
            .write(Lane::Background, move |tx| {
                metric::set_derived_until(tx, CLEAN, until)
            })
            .await;
        if let Err(problem) = done {
            tracing::warn!(%problem, "the end of the index's follower could not be noted");
        }
    }
}

/// Finds what changed since the watermark.
pub(crate) async fn begin(house: &House) -> Result<()> {
    let changed = house
        .read(|tx: &mut Tx<'_>| {
            let until = metric::derived_until(tx, WATERMARK)?;
            let clean = metric::derived_until(tx, CLEAN)?;
            let since = match until {
                None => Stamp::from_micros(i64::MIN),
                Some(until) if clean.is_some_and(|clean| clean >= until) => until,
                Some(until) => until.plus_secs(-UNCLEAN_SECS),
            };
            metric::changed_since(tx, since, i64::MAX)
        })
        .await?;
    house
        .0
        .searcher
        .dirty
        .lock()
        .extend(changed.into_iter().map(|(thread, _)| thread));
    Ok(())
}

/// Takes in everything that was committed before this call; when it returns, it can be found.
pub async fn catch_up(house: &House) -> Result<()> {
    let mut held = house.0.searcher.shelf.lock().await;
    let mut shelf = match held.take() {
        Some(shelf) => shelf,
        None => Shelf::read(house).await?,
    };
    let begun = Instant::now();
    // After an error the shelf is read anew: what was written of a failed pass is not known here.
    pass(house, &mut shelf).await?;
    let left = !house.0.searcher.dirty.lock().is_empty();
    *house.0.searcher.behind.lock() = left.then_some(begun);
    *held = Some(shelf);
    Ok(())
}

async fn pass(house: &House, shelf: &mut Shelf) -> Result<()> {
    build::sweep(house, shelf).await?;
    let now = house.now();
    let mut threads: Vec<ThreadId> = std::mem::take(&mut *house.0.searcher.dirty.lock())
        .into_iter()
        .collect();
    if !threads.is_empty() {
        // By age, so that a first filling makes segments of one time each.
        threads.sort_unstable();
        let taken = take_threads(house, shelf, &threads).await;
        if let Err(problem) = taken {
            house.0.searcher.dirty.lock().extend(threads);
            return Err(problem);
        }
        build::write(house, move |tx| metric::set_derived_until(tx, WATERMARK, now)).await?;
    }
    while take_changes(house, shelf).await? {
        seal(house, shelf).await?;
    }
    seal(house, shelf).await?;
    if let Some(sources) = shelf.to_merge() {
        build::rebuild(house, shelf, sources).await?;
    }
    if let Some(stale) = shelf.stale() {
        build::rebuild(house, shelf, vec![stale]).await?;
    }
    Ok(())
}

/// New entries of threads.
async fn take_threads(house: &House, shelf: &mut Shelf, threads: &[ThreadId]) -> Result<()> {
    let mut waiting: HashMap<ShopId, Vec<Item>> = HashMap::new();
    for chunk in threads.chunks(READ_CHUNK) {
        let chunk = chunk.to_vec();
        let read = house
            .0
            .store
            .report(
                move |tx: &mut Tx<'_>| {
                    let mut all = Vec::with_capacity(chunk.len());
                    for thread in chunk {
                        all.extend(build::new_words(tx, thread)?);
                    }
                    Ok(all)
                },
                READ_LIMIT,
            )
            .await
            .map_err(problem)?;
        for (shop, items) in read {
            let mine = waiting.entry(shop).or_default();
            mine.extend(items);
            while mine.len() >= LARGE as usize {
                let begun = Instant::now();
                let rest = mine.split_off(LARGE as usize);
                let items = std::mem::replace(mine, rest);
                build::build(house, shelf, shop, Kind::Message, items, Vec::new()).await?;
                // A first filling takes half of a core, not all of it.
                tokio::time::sleep(begun.elapsed()).await;
            }
        }
    }
    for (shop, items) in waiting {
        if items.len() >= SMALL as usize {
            build::build(house, shelf, shop, Kind::Message, items, Vec::new()).await?;
        } else if !items.is_empty() {
            build::add(house, shelf, shop, &items).await?;
            seal(house, shelf).await?;
        }
    }
    Ok(())
}

/// What one write of changes did.
struct Taken {
    more: bool,
    open: Vec<Segment>,
    left: Vec<i64>,
}

/// Some of what noted itself; true if there may be more.
async fn take_changes(house: &House, shelf: &mut Shelf) -> Result<bool> {
    let open: Vec<Segment> = shelf
        .segments
        .iter()
        .filter(|s| s.state == State::Open)
        .cloned()
        .collect();
    // Looked at first without the writer: mostly there is nothing.
    let any = house.read(|tx| rows::todo(tx, 1)).await?;
    if any.is_empty() {
        return Ok(false);
    }
    let next = shelf.next;
    let taken = build::write(house, move |tx| take_slice(tx, open.clone(), next)).await?;
    for segment in taken.open {
        shelf.put(segment);
    }
    for place in taken.left {
        if let Some(s) = shelf.segments.iter_mut().find(|s| s.id == place / PLACES) {
            s.stale += 1;
        }
    }
    Ok(taken.more)
}

fn take_slice(tx: &mut Tx<'_>, mut open: Vec<Segment>, mut next: i64) -> yingke_store::Result<Taken> {
    let all = rows::todo(tx, TODO_CHUNK)?;
    let ids: Vec<i64> = all.iter().map(|t| t.id).collect();
    let mut seen = HashSet::new();
    let mut left = Vec::new();
    for Todo { kind, of, seq, .. } in all {
        if !seen.insert((kind, of, seq)) {
            continue;
        }
        // An entry that the index has not reached yet is not taken before those in front of it.
        let reached = kind != Kind::Message || seq <= rows::last_seq(tx, ThreadId(of))?;
        for place in rows::places_of(tx, of, seq)? {
            rows::delete_doc(tx, place)?;
            left.push(place);
        }
        let found: Option<(ShopId, Item)> = match kind {
            Kind::Message if !reached => None,
            Kind::Message => rows::words_of(tx, ThreadId(of), seq)?
                .filter(|(_, _, text)| !text.is_empty())
                .map(|(shop, at, _)| {
                    let words = Vec::new();
                    (shop, Item { of, seq, at, words })
                }),
            kind => build::entities(tx, kind, &[*of.as_bytes()])?.pop(),
        };
        let Some((shop, item)) = found else { continue };
        let at = match open.iter().position(|s| s.shop == shop && s.kind == kind) {
            Some(at) => at,
            None => {
                let segment = build::fresh(next, shop, kind);
                next += 1;
                rows::insert_segment(tx, &segment)?;
                open.push(segment);
                open.len() - 1
            }
        };
        let doc = build::take_place(&mut open[at], &item);
        rows::put_docs(tx, &[doc])?;
    }
    for segment in &open {
        // `stale` of an open segment is of no use: it is never made anew for it.
        rows::update_segment(tx, segment)?;
    }
    rows::delete_todo(tx, &ids)?;
    Ok(Taken {
        more: ids.len() as i64 == TODO_CHUNK,
        open,
        left,
    })
}

/// Gives posts to open segments that have become large enough.
async fn seal(house: &House, shelf: &mut Shelf) -> Result<()> {
    while let Some(full) = shelf
        .segments
        .iter()
        .find(|s| s.state == State::Open && s.docs >= SMALL)
        .cloned()
    {
        build::rebuild(house, shelf, vec![full]).await?;
    }
    Ok(())
}
