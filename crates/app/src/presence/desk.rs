//! The desk in memory: seats with leases, open conversations, the queue.

use std::collections::{BTreeSet, HashMap, HashSet};
use yingke_domain::policy::Policy;
use yingke_domain::presence::{State, effective, lease};
use yingke_kernel::{ConnectionId, PersonId, ShopId, Stamp, ThreadId};
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
}

impl Desk {
    /// As the store knew it when the house closed. Leases get their full time again: nobody could renew one meanwhile.
    pub(crate) fn restore(rows: Vec<PresenceRow>, open: &[ThreadRow], now: Stamp, policy: &Policy) -> Self {
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
            desk.apply(thread);
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

    /// Follows a commit. True when somebody may have to be routed: a new place in the queue, a freed one at a desk, or a
    /// buyer who writes to somebody who is not there.
    pub(crate) fn apply(&mut self, t: &ThreadRow) -> bool {
        self.shops.insert(t.id, t.shop);
        let old = self.open.remove(&t.id);
        if let Some(old) = &old
            && old.rev > t.rev
        {
            self.open.insert(t.id, old.clone());
            return false;
        }
        if let Some((shop, since)) = old.as_ref().and_then(|o| Some((o.shop, o.queued_since?))) {
            self.queue.remove(&(shop, since, t.id));
        }
        let holder_before = old.as_ref().and_then(|o| o.holder);
        if t.live.conversation.is_none() {
            self.count(holder_before, -1, t.live.last_at);
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
        if holder.is_none()
            && let Some(since) = t.live.queued_since
        {
            self.queue.insert((t.shop, since, t.id));
        }
        let owed = t.live.owed_since.is_some();
        let gone = holder.is_some_and(|p| !self.state(p, t.live.last_at).holds());
        self.open.insert(
            t.id,
            Open {
                shop: t.shop,
                rev: t.rev,
                holder,
                queued_since: if holder.is_none() {
                    t.live.queued_since
                } else {
                    None
                },
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
