//! The router: one task that follows the commits, gives waiting buyers to free agents, takes conversations back from people
//! who are gone, and closes what is over. It decides by the rules of `domain::routing`; each decision is checked again in
//! its transaction, so that two desks never hold one conversation.

use crate::conversation::{about, greet};
use crate::{House, Result, presence};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use yingke_domain::conversation::{Closer, EntryKind, Sender, assign, close};
use yingke_domain::routing::{self, Candidate, Waiting};
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
                        for e in appeared.entries.iter().filter(|e| e.kind == EntryKind::Text) {
                            desk.note_words(t.id, &e.sender, &e.text, &policy.priority);
                        }
                    }
                    route |= desk.apply(t, &directory, &policy.priority);
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
    let mut given: Vec<(ThreadId, PersonId)> = Vec::new();
    let mut orphans: Vec<(ThreadId, PersonId, Option<Stamp>)> = Vec::new();
    {
        let mut desk = house.0.desk.lock();
        let shops: Vec<ShopId> = directory.shops().iter().map(|s| s.id).collect();
        for shop in shops {
            let waiting: Vec<Waiting> = desk
                .queue
                .iter()
                .filter(|(s, _, _)| *s == shop)
                .filter_map(|(_, ranked, thread)| {
                    let open = desk.open.get(thread).filter(|o| !o.pending)?;
                    let (line, last_agent) = (open.line.clone(), open.last_agent);
                    Some(Waiting {
                        thread: *thread,
                        since: *ranked,
                        line,
                        last_agent,
                    })
                })
                .collect();
            if waiting.is_empty() {
                continue;
            }
            let candidates: Vec<Candidate> = directory
                .members(shop)
                .map(|p| Candidate {
                    person: p.id,
                    state: desk.state(p.id, now),
                    capacity: routing::capacity(p.capacity, &policy.routing),
                    load: desk.load(p.id),
                    lines: p.line.clone().into_iter().collect(),
                    last_assigned_at: desk.seats.get(&p.id).and_then(|s| s.last_assigned),
                })
                .collect();
            for (thread, person) in routing::next(&waiting, &candidates, now) {
                if let Some(open) = desk.open.get_mut(&thread) {
                    open.pending = true;
                }
                // Counted at once, so that the next decision knows; the commit puts the true figure in its place.
                let seat = desk.seat(person, now);
                seat.load += 1;
                seat.last_assigned = Some(now);
                given.push((thread, person));
            }
        }
        let gone: Vec<(ThreadId, PersonId)> = desk
            .open
            .iter()
            .filter(|(_, o)| o.owed && !o.pending)
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
    for (thread, person) in given {
        let house = house.clone();
        tokio::spawn(async move {
            if let Err(problem) = give(&house, thread, person).await {
                tracing::warn!(%problem, %thread, "a conversation could not be given out; it will be tried again");
            }
            answered(&house, thread, Some(person));
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

/// A write of the router was answered; `reserved`: whose load it was counted in.
fn answered(house: &House, thread: ThreadId, reserved: Option<PersonId>) {
    house.0.desk.lock().answered.push((thread, reserved));
    house.0.router.notify_one();
}

async fn give(house: &House, thread: ThreadId, to: PersonId) -> Result<()> {
    let now = house.now();
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                return Ok(());
            };
            // Taken or over meanwhile: nothing to do.
            if let Ok(change) = assign(t.live.clone(), to, Sender::System, now) {
                yingke_store::conversation::apply(tx, t, change, Note::default(), now)?;
            }
            Ok(())
        })
        .await
}

/// Leases and closing times.
async fn upkeep(house: &House) -> Result<()> {
    presence::lapse(house).await?;
    presence::watch(house).await?;
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
