//! The router: one task that follows the commits, gives waiting buyers to free agents, takes conversations back from people
//! who are gone, and closes what is over. It decides by the rules of `domain::routing`; each decision is checked again in
//! its transaction, so that two desks never hold one conversation.

mod pair;
mod seats;

pub(crate) use pair::partner_of;
pub use pair::{Pair, PairRow, pairs, see_pair};
pub use seats::{LineNow, lines, put_seats};
pub(crate) use seats::{join, of_line, part, simple_shops};

use crate::access::audited;
use crate::conversation::{about, greet};
use crate::presence::Reserved;
use crate::{House, Result, presence};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use yingke_domain::conversation::{Closer, EntryKind, Sender, Target, assign, close, transfer};
use yingke_domain::routing::{self, Candidate, Given, Ground, Held, Why, deal, is_unanswered, take_over};
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::Note;
use yingke_store::{Effect, Lane, Tx};

/// How often leases and closing times are looked at.
const TICK: Duration = Duration::from_secs(1);

/// Runs until stopped.
pub async fn run(house: House, stop: CancellationToken) {
    let mut commits = house.subscribe();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let mut route = tokio::select! {
            () = stop.cancelled() => return,
            effects = commits.recv() => match effects {
                Some(effects) => follow(&house, &effects),
                None => return,
            },
            () = house.0.router.notified() => true,
            _ = tick.tick() => {
                if let Err(problem) = upkeep(&house).await {
                    tracing::warn!(%problem, "the router's round was cut short; the next one goes on");
                }
                true
            }
        };
        // Everything that is committed is known before anything is decided. What is answered has published its effects
        // before: so the answered are taken first, then the commits are read, then the reservations of the answered go.
        let answered = std::mem::take(&mut house.0.desk.lock().answered);
        while let Ok(more) = commits.try_recv() {
            route |= follow(&house, &more);
        }
        house.0.desk.lock().settle(answered, house.now());
        if route {
            route_all(&house);
        }
    }
}

fn follow(house: &House, effects: &[Effect]) -> bool {
    let policy = house.policy();
    let directory = house.directory();
    let mut route = false;
    // Buyers of whom more is to be known, and conversations that the house itself begins with a word.
    let (mut unknown, mut spoken_to) = (Vec::new(), Vec::new());
    {
        let mut desk = house.0.desk.lock();
        for effect in effects {
            match effect {
                Effect::Appeared(appeared) => {
                    let t = &appeared.thread;
                    if t.live.conversation.is_some() {
                        for e in appeared
                            .entries
                            .iter()
                            .filter(|e| e.kind == EntryKind::Text && !e.automatic)
                        {
                            desk.note_words(t, &e.sender, &e.text, &directory, &policy);
                        }
                    }
                    route |= desk.apply(t, &directory, &policy);
                    if !appeared.open_before && t.live.conversation.is_some() {
                        unknown.push(t.id);
                    }
                    if greet::is_due(appeared) || greet::may_ask(appeared) {
                        spoken_to.push(Arc::clone(appeared));
                    }
                }
                Effect::Buyer { threads, .. } => {
                    unknown.extend(threads.iter().filter(|id| desk.open.contains_key(id)));
                }
                Effect::Person(_) => route = true,
                Effect::Notice { notice, .. } => {
                    desk.notice(notice, house.now());
                    route = true;
                }
                _ => {}
            }
        }
    }
    for appeared in spoken_to {
        let (welcome, answers) = (greet::is_due(&appeared), greet::answers(house, &appeared));
        if welcome || !answers.is_empty() {
            tokio::spawn(greet::speak(house.clone(), appeared, welcome, answers));
        }
    }
    for thread in unknown {
        let house = house.clone();
        tokio::spawn(async move {
            if let Err(problem) = about::refresh(&house, thread).await {
                tracing::warn!(%problem, %thread, "what is known of a buyer could not be read");
            }
            house.0.router.notify_one();
        });
    }
    route
}

/// Gives out what can be given out, and takes back what lies with people who are gone. Writes go off side by side; each
/// conversation is marked until its own write is answered.
fn route_all(house: &House) {
    let now = house.now();
    let policy = house.policy();
    let directory = house.directory();
    let mut given: Vec<Given> = Vec::new();
    let mut orphans: Vec<(ThreadId, PersonId, Option<Stamp>)> = Vec::new();
    {
        let mut desk = house.0.desk.lock();
        let shops: Vec<ShopId> = directory.shops().iter().map(|s| s.id).collect();
        for shop in shops {
            // Taken out, so that the rest of the desk can be read meanwhile.
            let Some(queue) = desk.queues.remove(&shop).filter(|queue| !queue.is_empty()) else {
                continue;
            };
            let lines = directory.lines(shop);
            let mut candidates = desk.candidates(&directory, shop, &policy, now);
            let mut shares = desk.shares.remove(&shop).unwrap_or_default();
            let ground = Ground {
                ladder: &lines.ladder,
                policy: &policy.routing,
                now,
            };
            let look = |thread| {
                let open = desk.open.get(&thread).filter(|open| !open.pending)?;
                let line = open.ranked.as_ref().and_then(|(class, _)| class.line.clone());
                desk.waiting(thread, line, &policy)
            };
            let of_shop = deal(&queue, look, &mut candidates, &mut shares, &ground);
            desk.queues.insert(shop, queue);
            desk.shares.insert(shop, shares);
            for g in &of_shop {
                if let Some(open) = desk.open.get_mut(&g.thread) {
                    open.pending = true;
                }
                // Counted at once, so that the next decision knows; the commit puts the true figure in its place.
                desk.reserve(&(g.person, g.why.line.clone()), now);
            }
            given.extend(of_shop);
        }
        let gone: Vec<(ThreadId, PersonId)> = desk
            .open
            .iter()
            .filter(|(_, o)| o.owed_since.is_some() && !o.pending)
            .filter_map(|(thread, o)| Some((*thread, o.holder?)))
            .filter(|(_, holder)| !desk.state(*holder, now).holds())
            .collect();
        for (thread, holder) in gone {
            if let Some(open) = desk.open.get_mut(&thread) {
                open.pending = true;
            }
            orphans.push((thread, holder, desk.left_at(holder)));
        }
    }
    for Given { thread, person, why } in given {
        let house = house.clone();
        tokio::spawn(async move {
            let reserved = (person, why.line.clone());
            if let Err(problem) = give(&house, thread, person, why).await {
                tracing::warn!(%problem, %thread, "a conversation could not be given out; it will be tried again");
            }
            answered(&house, thread, Some(reserved));
        });
    }
    for (thread, holder, left) in orphans {
        let house = house.clone();
        tokio::spawn(async move {
            if let Err(problem) = presence::give_back(&house, thread, holder, left).await {
                tracing::warn!(%problem, %thread, "a conversation could not be taken back; it will be tried again");
            }
            answered(&house, thread, None);
        });
    }
}

/// A write of the router was answered; `reserved`: whose room was kept for it.
fn answered(house: &House, thread: ThreadId, reserved: Option<Reserved>) {
    house.0.desk.lock().answered.push((thread, reserved));
    house.0.router.notify_one();
}

/// The reasons of a decision, as the entry keeps them.
fn reasons(why: &Why) -> Note {
    Note {
        data: serde_json::to_string(why).ok(),
        ..Note::default()
    }
}

async fn give(house: &House, thread: ThreadId, to: PersonId, why: Why) -> Result<()> {
    let now = house.now();
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                return Ok(());
            };
            // Taken or over meanwhile: nothing to do.
            if let Ok(mut change) = assign(t.live.clone(), to, Sender::System, now) {
                if let Some(line) = &why.line {
                    change.live.line = Some(line.to_string());
                }
                yingke_store::conversation::apply(tx, t, change, reasons(&why), now)?;
            }
            Ok(())
        })
        .await
}

/// Its holder writes at an answer: the conversation is not taken away under their hands (R-DESK-13). Anybody else's writing is nothing.
pub fn writes(house: &House, person: PersonId, thread: ThreadId) {
    let now = house.now();
    let mut desk = house.0.desk.lock();
    if let Some(open) = desk.open.get_mut(&thread)
        && open.holder == Some(person)
    {
        open.typed_at = Some(now);
    }
}

/// Takes conversations from holders who leave their buyers unanswered, and gives them to colleagues of the line who have room.
fn take_from_silent(house: &House) {
    let (now, policy, directory) = (house.now(), house.policy(), house.directory());
    let mut moved: Vec<(PersonId, Stamp, i64, Given)> = Vec::new();
    {
        let mut desk = house.0.desk.lock();
        let overdue: Vec<ThreadId> = desk
            .open
            .iter()
            .filter(|(_, o)| o.holder.is_some() && !o.pending)
            .filter(|(_, o)| {
                let held = Held {
                    owed_since: o.owed_since,
                    since: o.holder_since,
                    moves: o.moves,
                    typed_at: o.typed_at,
                };
                is_unanswered(&held, &policy.routing, now)
            })
            .map(|(thread, _)| *thread)
            .collect();
        let mut people: HashMap<ShopId, Vec<Candidate>> = HashMap::new();
        for thread in overdue {
            let Some((shop, holder, owed, seq)) = desk
                .open
                .get(&thread)
                .and_then(|o| Some((o.shop, o.holder?, o.owed_since?, o.owed_seq)))
            else {
                continue;
            };
            let Some(waiting) = desk.waiting(thread, desk.line_of(thread), &policy) else {
                continue;
            };
            let lines = directory.lines(shop);
            let ground = Ground {
                ladder: &lines.ladder,
                policy: &policy.routing,
                now,
            };
            let candidates = people
                .entry(shop)
                .or_insert_with(|| desk.candidates(&directory, shop, &policy, now));
            let none = routing::Shares::default();
            let shares = desk.shares.get(&shop).unwrap_or(&none);
            let Some(given) = take_over(&waiting, holder, candidates, shares, &ground) else {
                continue;
            };
            if let Some(open) = desk.open.get_mut(&thread) {
                open.pending = true;
                open.moves += 1;
            }
            desk.reserve(&(given.person, given.why.line.clone()), now);
            // What is given now counts for the next.
            people.remove(&shop);
            moved.push((holder, owed, seq, given));
        }
    }
    for (holder, owed, seq, given) in moved {
        let house = house.clone();
        tokio::spawn(async move {
            let (thread, reserved) = (given.thread, (given.person, given.why.line.clone()));
            if let Err(problem) = pass_on(&house, holder, owed, seq, given).await {
                tracing::warn!(%problem, %thread, "an unanswered conversation could not be passed on");
            }
            answered(&house, thread, Some(reserved));
        });
    }
}

/// Passes on a conversation that this person still holds with the same wait, unless it was passed on often enough already.
async fn pass_on(house: &House, from: PersonId, owed: Stamp, seq: i64, given: Given) -> Result<()> {
    let now = house.now();
    let times = i64::from(house.policy().routing.reassign_times);
    let (thread, to, why) = (given.thread, given.person, given.why);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                return Ok(());
            };
            let same = t.live.holder == Some(from) && t.live.owed_since == Some(owed);
            // The desk in memory forgets with a restart how often it was; the thread does not.
            if !same || yingke_store::routing::moves_since(tx, thread, seq)? >= times {
                return Ok(());
            }
            if let Ok(mut change) = transfer(t.live.clone(), from, Target::Person(to), Sender::System, now) {
                if let Some(line) = &why.line {
                    change.live.line = Some(line.to_string());
                }
                let detail = serde_json::json!({
                    "from": from.to_string(), "to": to.to_string(), "reason": why.reason.as_str(),
                });
                audited(
                    tx,
                    now,
                    None,
                    "conversation.pass_on",
                    &thread.to_string(),
                    &detail.to_string(),
                )?;
                yingke_store::conversation::apply(tx, t, change, reasons(&why), now)?;
            }
            Ok(())
        })
        .await
}

/// Leases and closing times.
async fn upkeep(house: &House) -> Result<()> {
    presence::lapse(house).await?;
    presence::watch(house).await?;
    take_from_silent(house);
    if let Err(problem) = pair::look_along(house).await {
        tracing::warn!(%problem, "who looks along could not be settled; the next round tries again");
    }
    let now = house.now();
    let due: Vec<ThreadId> = {
        let desk = house.0.desk.lock();
        desk.open
            .iter()
            .filter(|(_, o)| o.next_due.is_some_and(|due| due <= now))
            .map(|(id, _)| *id)
            .take(200)
            .collect()
    };
    for thread in due {
        house
            .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
                let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                    return Ok(());
                };
                if let Ok(change) = close(t.live.clone(), Closer::Idle, now) {
                    yingke_store::conversation::apply(tx, t, change, Note::default(), now)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}
