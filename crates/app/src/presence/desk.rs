//! The desk in memory: seats with leases, open conversations, the queue.

use crate::Directory;
use crate::conversation::about::About;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use yingke_domain::order::OrderState;
use yingke_domain::policy::{Policy, PriorityPolicy};
use yingke_domain::presence::{State, effective, lease};
use yingke_domain::urgency::{Wish, asks_for_product, priority, sample};
use yingke_kernel::{BuyerId, ConnectionId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::ThreadRow;
use yingke_store::presence::PresenceRow;

/// A person's place.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) state: State,
    pub(crate) since: Stamp,
    pub(crate) lease_until: Stamp,
    pub(crate) acted_at: Stamp,
    pub(crate) connections: HashSet<ConnectionId>,
    /// The lease ran out and that was recorded.
    pub(crate) lapsed: bool,
    pub(crate) load: u32,
    pub(crate) last_assigned: Option<Stamp>,
    /// Since when the desk asks whether somebody is there (R-RESP-06).
    pub(crate) asked_at: Option<Stamp>,
    /// Beginning of the idle stretch that runs and was recorded.
    pub(crate) idle_since: Option<Stamp>,
}

impl Seat {
    /// Since when nothing was done here: the last act, or since the state that holds now.
    pub(crate) fn quiet_since(&self) -> Stamp {
        self.acted_at.max(self.since)
    }
}

/// An open conversation.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) shop: ShopId,
    pub(crate) rev: i64,
    pub(crate) holder: Option<PersonId>,
    pub(crate) queued_since: Option<Stamp>,
    pub(crate) line: Option<String>,
    pub(crate) last_agent: Option<PersonId>,
    /// Where it stands in the queue: the wait, less the lead of a buyer about to buy (R-DESK-05).
    pub(crate) ranked: Option<Stamp>,
    /// Its place when it joined the queue, and how many took new buyers then.
    joined: (i64, usize),
    buyer: BuyerId,
    pub(crate) owed: bool,
    pub(crate) next_due: Option<Stamp>,
    /// A write of the router about it is under way.
    pub(crate) pending: bool,
}

/// Seats, open conversations, queue.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) seats: HashMap<PersonId, Seat>,
    pub(crate) open: HashMap<ThreadId, Open>,
    /// Oldest first.
    pub(crate) queue: BTreeSet<(ShopId, Stamp, ThreadId)>,
    /// Writes of the router that were answered and not taken notice of yet: the thread, and whose load was reserved.
    pub(crate) answered: Vec<(ThreadId, Option<PersonId>)>,
    /// Threads that were seen, and their shop: open or not.
    pub(crate) shops: HashMap<ThreadId, ShopId>,
    /// What is kept in mind of the buyers of open conversations.
    about: HashMap<BuyerId, About>,
    /// Open conversations that asked about a product.
    asked: HashSet<ThreadId>,
    /// Threads with private notes that somebody named in them has not seen.
    pub(crate) mentions: HashMap<ThreadId, HashSet<PersonId>>,
    /// What one place in the queue lately took one agent, seconds, the newest last.
    samples: HashMap<ShopId, VecDeque<i64>>,
}

/// How many of the last waits the estimate looks at.
const SAMPLES: usize = 30;

impl Desk {
    /// As the store knew it when the house closed. Leases get their full time again: nobody could renew one meanwhile.
    pub(crate) fn restore(
        rows: Vec<PresenceRow>,
        open: &[ThreadRow],
        now: Stamp,
        directory: &Directory,
        policy: &Policy,
    ) -> Self {
        let mut desk = Self::default();
        let again = lease(now, &policy.presence);
        for row in rows {
            let state = State::parse(&row.state).unwrap_or(State::Offline);
            let was_there = effective(state, Some(row.lease_until), row.lease_until.plus_secs(-1)) == state;
            let seat = desk.seat(row.person, now);
            seat.state = state;
            seat.since = row.since;
            seat.acted_at = row.acted_at;
            seat.lease_until = if was_there {
                row.lease_until.max(again)
            } else {
                row.lease_until
            };
        }
        for thread in open {
            desk.note_words(thread.id, &thread.last_from, &thread.last_text, &policy.priority);
            desk.apply(thread, directory, &policy.priority);
        }
        desk
    }

    pub(crate) fn seat(&mut self, person: PersonId, now: Stamp) -> &mut Seat {
        self.seats.entry(person).or_insert_with(|| Seat {
            state: State::Offline,
            since: now,
            lease_until: now,
            acted_at: now,
            connections: HashSet::new(),
            lapsed: false,
            load: 0,
            last_assigned: None,
            asked_at: None,
            idle_since: None,
        })
    }

    pub(crate) fn state(&self, person: PersonId, now: Stamp) -> State {
        self.seats
            .get(&person)
            .map_or(State::Offline, |s| effective(s.state, Some(s.lease_until), now))
    }

    /// Lets go of the marks and reservations of answered writes. Their commits have been followed: whatever was given is
    /// counted by then.
    pub(crate) fn settle(&mut self, answered: Vec<(ThreadId, Option<PersonId>)>, now: Stamp) {
        for (thread, reserved) in answered {
            self.count(reserved, -1, now);
            if let Some(open) = self.open.get_mut(&thread) {
                open.pending = false;
            }
        }
    }

    /// Since when a person is away or offline by their own act; `None` while they are not.
    pub(crate) fn left_at(&self, person: PersonId) -> Option<Stamp> {
        let seat = self.seats.get(&person)?;
        (!seat.state.holds()).then_some(seat.since)
    }

    pub(crate) fn load(&self, person: PersonId) -> u32 {
        self.seats.get(&person).map_or(0, |s| s.load)
    }

    pub(crate) fn owed_by(&self, person: PersonId) -> Vec<ThreadId> {
        self.open
            .iter()
            .filter(|(_, o)| o.holder == Some(person) && o.owed)
            .map(|(id, _)| *id)
            .collect()
    }

    fn count(&mut self, person: Option<PersonId>, change: i32, at: Stamp) {
        if let Some(person) = person {
            let seat = self.seat(person, at);
            seat.load = seat.load.saturating_add_signed(change);
        }
    }

    /// What is kept in mind of a buyer; nothing of whoever has no open conversation.
    pub(crate) fn about(&self, buyer: BuyerId) -> About {
        self.about.get(&buyer).cloned().unwrap_or_default()
    }

    /// Keeps in mind what is known of the buyer of an open conversation; the place in the queue follows.
    pub(crate) fn remember(&mut self, t: &ThreadRow, about: About, policy: &PriorityPolicy) {
        if self.open.contains_key(&t.id) {
            self.about.insert(t.buyer, about);
            self.rank(t.id, policy);
        }
    }

    /// The buyer looks at a page, of a product or not. True if that is news of somebody who waits.
    pub(crate) fn looks_at(&mut self, buyer: BuyerId, on_product: bool, policy: &PriorityPolicy) -> bool {
        let Some((thread, waits)) = self
            .open
            .iter()
            .find(|(_, o)| o.buyer == buyer)
            .map(|(id, o)| (*id, o.ranked.is_some()))
        else {
            return false;
        };
        let about = self.about.entry(buyer).or_default();
        let is_news = about.on_product != on_product;
        about.on_product = on_product;
        self.rank(thread, policy);
        is_news && waits
    }

    /// A message was said in an open conversation.
    pub(crate) fn note_words(&mut self, thread: ThreadId, from: &str, text: &str, policy: &PriorityPolicy) {
        if from == "buyer" && asks_for_product(text, policy) {
            self.asked.insert(thread);
        }
    }

    /// State of the latest order of the buyer of an open conversation, if known.
    pub(crate) fn order_of(&self, thread: ThreadId) -> Option<OrderState> {
        let open = self.open.get(&thread)?;
        self.about.get(&open.buyer)?.order
    }

    /// Whether the open conversation asked about a product.
    pub(crate) fn asked_for_product(&self, thread: ThreadId) -> bool {
        self.asked.contains(&thread)
    }

    fn wish(&self, thread: ThreadId, buyer: BuyerId) -> Wish {
        let about = self.about.get(&buyer);
        Wish {
            order: about.and_then(|a| a.order),
            on_product: about.is_some_and(|a| a.on_product),
            asked: self.asked.contains(&thread),
        }
    }

    fn lead(&self, t: &ThreadRow, policy: &PriorityPolicy) -> i64 {
        priority(self.wish(t.id, t.buyer), policy).map_or(0, |p| p.lead_secs(policy))
    }

    /// The place in the queue of a waiting conversation, anew.
    fn rank(&mut self, thread: ThreadId, policy: &PriorityPolicy) {
        let Some(open) = self.open.get(&thread) else {
            return;
        };
        let (shop, buyer) = (open.shop, open.buyer);
        let (Some(since), Some(ranked)) = (open.queued_since, open.ranked) else {
            return;
        };
        let lead = priority(self.wish(thread, buyer), policy).map_or(0, |p| p.lead_secs(policy));
        let next = since.plus_secs(-lead);
        if next != ranked {
            self.queue.remove(&(shop, ranked, thread));
            self.queue.insert((shop, next, thread));
            if let Some(open) = self.open.get_mut(&thread) {
                open.ranked = Some(next);
            }
        }
    }

    /// Place in the queue of a shop, 1 = next.
    pub(crate) fn place(&self, shop: ShopId, ranked: Stamp, thread: ThreadId) -> i64 {
        let first = (shop, Stamp::from_micros(i64::MIN), ThreadId(uuid::Uuid::nil()));
        1 + self.queue.range(first..(shop, ranked, thread)).count() as i64
    }

    /// How many people of a shop take new buyers.
    pub(crate) fn staff(&self, directory: &Directory, shop: ShopId, now: Stamp) -> usize {
        directory
            .members(shop)
            .filter(|p| self.state(p.id, now).takes_new())
            .count()
    }

    /// What one place in the queue of this shop takes one agent, seconds; `None` = not seen yet.
    pub(crate) fn place_secs(&self, shop: ShopId) -> Option<i64> {
        let samples = self.samples.get(&shop).filter(|s| !s.is_empty())?;
        Some(samples.iter().sum::<i64>() / samples.len() as i64)
    }

    /// Follows a commit. True when somebody may have to be routed: a new place in the queue, a freed one at a desk, or a
    /// buyer who writes to somebody who is not there.
    pub(crate) fn apply(&mut self, t: &ThreadRow, directory: &Directory, policy: &PriorityPolicy) -> bool {
        self.shops.insert(t.id, t.shop);
        let old = self.open.remove(&t.id);
        if let Some(old) = &old
            && old.rev > t.rev
        {
            self.open.insert(t.id, old.clone());
            return false;
        }
        if let Some((shop, ranked)) = old.as_ref().and_then(|o| Some((o.shop, o.ranked?))) {
            self.queue.remove(&(shop, ranked, t.id));
        }
        let holder_before = old.as_ref().and_then(|o| o.holder);
        if t.live.conversation.is_none() {
            self.count(holder_before, -1, t.live.last_at);
            self.asked.remove(&t.id);
            self.about.remove(&t.buyer);
            return holder_before.is_some();
        }
        let holder = t.live.holder;
        if holder != holder_before {
            self.count(holder_before, -1, t.live.last_at);
            self.count(holder, 1, t.live.last_at);
            if let Some(person) = holder {
                self.seat(person, t.live.last_at).last_assigned = Some(t.live.holder_since);
            }
        }
        let queued_since = t.live.queued_since.filter(|_| holder.is_none());
        let ranked = queued_since.map(|since| since.plus_secs(-self.lead(t, policy)));
        if let Some(ranked) = ranked {
            self.queue.insert((t.shop, ranked, t.id));
        }
        let joined = match (&old, ranked) {
            (Some(old), Some(_)) if old.ranked.is_some() => old.joined,
            (_, Some(ranked)) => (
                self.place(t.shop, ranked, t.id),
                self.staff(directory, t.shop, t.live.last_at),
            ),
            _ => (0, 0),
        };
        if let (Some(old), Some(_)) = (&old, holder)
            && let Some(since) = old.queued_since
            && let Some(secs) = sample(t.live.holder_since.secs_since(since), old.joined.0, old.joined.1)
        {
            let samples = self.samples.entry(t.shop).or_default();
            samples.push_back(secs);
            if samples.len() > SAMPLES {
                samples.pop_front();
            }
        }
        let owed = t.live.owed_since.is_some();
        let gone = holder.is_some_and(|p| !self.state(p, t.live.last_at).holds());
        self.open.insert(
            t.id,
            Open {
                shop: t.shop,
                rev: t.rev,
                holder,
                queued_since,
                ranked,
                joined,
                buyer: t.buyer,
                line: t.live.line.clone(),
                last_agent: t.live.last_agent,
                owed,
                next_due: t.live.next_due,
                // A write that is under way for it goes on.
                pending: old.is_some_and(|o| o.pending && o.holder == holder),
            },
        );
        holder.is_none() || holder != holder_before || (owed && gone)
    }
}
