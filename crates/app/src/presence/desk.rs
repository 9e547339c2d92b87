//! The desk in memory: seats with leases, open conversations, the queue.

use crate::Directory;
use crate::conversation::about::About;
use crate::notice::holds_up;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use yingke_domain::access::Grade;
use yingke_domain::notice::in_force;
use yingke_domain::order::OrderState;
use yingke_domain::policy::Policy;
use yingke_domain::presence::{State, effective, lease};
use yingke_domain::routing::line::{Situation, canonical, line_for, waits_for};
use yingke_domain::routing::{Candidate, Class, Queue, Rank, Shares, Waiting, capacity};
use yingke_domain::stage::Stage;
use yingke_domain::urgency::{Wish, asks_for_product, priority, sample};
use yingke_kernel::{BuyerId, ConnectionId, NoticeId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::ThreadRow;
use yingke_store::notice::NoticeRow;
use yingke_store::presence::PresenceRow;
use yingke_store::routing::PairRow;

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
    /// The same by line, of those that are on one.
    line_loads: Vec<(Arc<str>, u32)>,
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

/// Room at a desk that is kept for a conversation until its write is answered: whose, and on which line.
pub(crate) type Reserved = (PersonId, Option<Arc<str>>);

/// An open conversation.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) shop: ShopId,
    pub(crate) rev: i64,
    pub(crate) holder: Option<PersonId>,
    pub(crate) holder_since: Stamp,
    pub(crate) queued_since: Option<Stamp>,
    /// The line that somebody gave it to, or on which it is held.
    line: Option<Arc<str>>,
    pub(crate) last_agent: Option<PersonId>,
    /// Where it stands in the queue, if it does.
    pub(crate) ranked: Option<(Class, Rank)>,
    stage: Stage,
    left_at: Option<Stamp>,
    /// Its place when it joined the queue, and how many took new buyers then.
    joined: (i64, usize),
    buyer: BuyerId,
    pub(crate) owed_since: Option<Stamp>,
    pub(crate) owed_seq: i64,
    /// How often it was passed on by the house within this wait.
    pub(crate) moves: u32,
    /// When its holder last wrote at an answer.
    pub(crate) typed_at: Option<Stamp>,
    pub(crate) next_due: Option<Stamp>,
    /// A write of the router about it is under way.
    pub(crate) pending: bool,
}

/// Seats, open conversations, queue.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) seats: HashMap<PersonId, Seat>,
    pub(crate) open: HashMap<ThreadId, Open>,
    /// Who waits, by shop.
    pub(crate) queues: HashMap<ShopId, Queue>,
    /// What everybody has received since they sat down, by shop.
    pub(crate) shares: HashMap<ShopId, Shares>,
    /// Writes of the router that were answered and not taken notice of yet: the thread, and what was reserved.
    pub(crate) answered: Vec<(ThreadId, Option<Reserved>)>,
    /// Threads that were seen, and their shop: open or not.
    pub(crate) shops: HashMap<ThreadId, ShopId>,
    /// What is kept in mind of the buyers of open conversations.
    about: HashMap<BuyerId, About>,
    /// What the words of open conversations told.
    hints: HashMap<ThreadId, Hints>,
    /// Threads with private notes that somebody named in them has not seen.
    pub(crate) mentions: HashMap<ThreadId, HashSet<PersonId>>,
    /// Notices that nobody withdrew.
    pub(crate) notices: HashMap<NoticeId, Arc<NoticeRow>>,
    /// Who looks along with somebody who begins, by thread (R-DESK-18).
    pub(crate) pairs: HashMap<ThreadId, PairRow>,
    /// Threads of blocked buyers, and until when.
    pub(crate) blocked: HashMap<ThreadId, Option<Stamp>>,
    /// What one place in the queue of a line lately took one agent, seconds, the newest last.
    samples: HashMap<(ShopId, Option<Arc<str>>), VecDeque<i64>>,
}

/// What a buyer's words told, as far as they told anything.
#[derive(Debug, Default)]
struct Hints {
    /// They asked about a product.
    asked: bool,
    /// They spoke of a poor review.
    review: bool,
    /// They pressed a quick question that names this line.
    line: Option<Arc<str>>,
    /// They named these skills.
    skills: Vec<String>,
}

/// How many of the last waits the estimate looks at.
const SAMPLES: usize = 30;

impl Desk {
    /// Whether a shop does not listen to the buyer of this thread now (R-DESK-12).
    pub(crate) fn is_blocked(&self, thread: ThreadId, now: Stamp) -> bool {
        let until = self.blocked.get(&thread);
        until.is_some_and(|until| yingke_domain::abuse::is_blocked(*until, None, now))
    }

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
            desk.note_words(thread, &thread.last_from, &thread.last_text, directory, policy);
            desk.apply(thread, directory, policy);
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
            line_loads: Vec::new(),
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
    pub(crate) fn settle(&mut self, answered: Vec<(ThreadId, Option<Reserved>)>, now: Stamp) {
        for (thread, reserved) in answered {
            if let Some((person, line)) = reserved {
                self.count(Some(person), line.as_ref(), -1, now);
            }
            if let Some(open) = self.open.get_mut(&thread) {
                open.pending = false;
            }
        }
    }

    /// Follows a change of a notice; those that are over are let go.
    pub(crate) fn notice(&mut self, notice: &Arc<NoticeRow>, now: Stamp) {
        self.notices.insert(notice.id, Arc::clone(notice));
        self.notices.retain(|_, n| in_force(n.until, n.ended_at, now));
    }

    /// Whether somebody gets no new conversations of a shop, because they have not confirmed an urgent notice (R-DUTY-05).
    pub(crate) fn held_up(
        &self,
        directory: &Directory,
        shop: ShopId,
        person: PersonId,
        policy: &Policy,
        now: Stamp,
    ) -> bool {
        policy.notice.block_routing
            && self
                .notices
                .values()
                .any(|n| n.shop == shop && holds_up(directory, n, person, now))
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
            .filter(|(_, o)| o.holder == Some(person) && o.owed_since.is_some())
            .map(|(id, _)| *id)
            .collect()
    }

    pub(crate) fn held_by(&self, person: PersonId) -> Vec<ThreadId> {
        let held = self.open.iter().filter(|(_, o)| o.holder == Some(person));
        held.map(|(id, _)| *id).collect()
    }

    /// Keeps room for a conversation that is being given to this person; the commit puts the true figure in its place.
    pub(crate) fn reserve(&mut self, to: &Reserved, now: Stamp) {
        self.count(Some(to.0), to.1.as_ref(), 1, now);
        self.seat(to.0, now).last_assigned = Some(now);
    }

    fn count(&mut self, person: Option<PersonId>, line: Option<&Arc<str>>, change: i32, at: Stamp) {
        let Some(person) = person else { return };
        let seat = self.seat(person, at);
        seat.load = seat.load.saturating_add_signed(change);
        let Some(line) = line else { return };
        match seat.line_loads.iter_mut().find(|(known, _)| known == line) {
            Some((_, load)) => *load = load.saturating_add_signed(change),
            None if change > 0 => seat.line_loads.push((Arc::clone(line), 1)),
            None => {}
        }
        seat.line_loads.retain(|(_, load)| *load > 0);
    }

    /// Somebody does not take new buyers any more: what they received counts anew when they come back.
    pub(crate) fn stood_up(&mut self, person: PersonId) {
        self.shares.values_mut().for_each(|shares| shares.forget(person));
    }

    /// The people of a shop as routing sees them.
    pub(crate) fn candidates(
        &self,
        directory: &Directory,
        shop: ShopId,
        policy: &Policy,
        now: Stamp,
    ) -> Vec<Candidate> {
        let members = directory.members(shop);
        members
            .map(|p| {
                let seat = self.seats.get(&p.id);
                let seats = directory.seats(shop, p.id);
                let limited = seats.iter().any(|seat| seat.capacity.is_some());
                let state = self.state(p.id, now);
                // Whoever has yet to read what is urgent goes on with the buyers they have, and gets no others.
                let held_up = state.takes_new() && self.held_up(directory, shop, p.id, policy, now);
                Candidate {
                    person: p.id,
                    state: if held_up { State::Suspended } else { state },
                    capacity: capacity(p.capacity, &policy.routing),
                    load: seat.map_or(0, |s| s.load),
                    line_loads: seat
                        .filter(|_| limited)
                        .map(|s| s.line_loads.clone())
                        .unwrap_or_default(),
                    seats,
                    grade: p.grade,
                    last_assigned_at: seat.and_then(|s| s.last_assigned),
                }
            })
            .collect()
    }

    /// What an open conversation asks of routing; `line`: where it waits or is held.
    pub(crate) fn waiting(
        &self,
        thread: ThreadId,
        line: Option<Arc<str>>,
        policy: &Policy,
    ) -> Option<Waiting> {
        let open = self.open.get(&thread)?;
        let about = self.about.get(&open.buyer);
        Some(Waiting {
            thread,
            since: open.queued_since.or(open.owed_since)?,
            line,
            last_agent: open.last_agent,
            large: about.is_some_and(|a| a.is_large(&policy.routing)),
            big_buyer: about.is_some_and(|a| a.is_big_buyer(&policy.routing)),
            skills: self
                .hints
                .get(&thread)
                .map(|h| h.skills.as_slice().into())
                .unwrap_or_default(),
        })
    }

    /// The line on which an open conversation is held or waits; none = no line, or not open.
    pub(crate) fn line_of(&self, thread: ThreadId) -> Option<Arc<str>> {
        let open = self.open.get(&thread)?;
        match &open.ranked {
            Some((class, _)) => class.line.clone(),
            None => open.line.clone(),
        }
    }

    /// What is kept in mind of a buyer; nothing of whoever has no open conversation.
    pub(crate) fn about(&self, buyer: BuyerId) -> About {
        self.about.get(&buyer).cloned().unwrap_or_default()
    }

    /// What is kept in mind of the buyer of an open conversation.
    pub(crate) fn about_open(&self, thread: ThreadId) -> Option<&About> {
        self.about.get(&self.open.get(&thread)?.buyer)
    }

    /// Whether anybody who begins holds a conversation.
    pub(crate) fn has_juniors(&self, directory: &Directory) -> bool {
        let mut people = directory.people().iter();
        people.any(|p| p.grade == Some(Grade::Junior) && self.load(p.id) > 0)
    }

    /// Keeps in mind what is known of the buyer of an open conversation; the place in the queue follows.
    pub(crate) fn remember(&mut self, t: &ThreadRow, about: About, directory: &Directory, policy: &Policy) {
        if self.open.contains_key(&t.id) {
            self.about.insert(t.buyer, about);
            self.rank(t.id, directory, policy);
        }
    }

    /// The buyer looks at a page, of a product or not. True if that is news of somebody who waits.
    pub(crate) fn looks_at(
        &mut self,
        buyer: BuyerId,
        on_product: bool,
        directory: &Directory,
        policy: &Policy,
    ) -> bool {
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
        self.rank(thread, directory, policy);
        is_news && waits
    }

    /// A message was said in an open conversation.
    pub(crate) fn note_words(
        &mut self,
        t: &ThreadRow,
        from: &str,
        text: &str,
        directory: &Directory,
        policy: &Policy,
    ) {
        if from != "buyer" {
            return;
        }
        let lines = directory.lines(t.shop);
        let says = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
        let asked = asks_for_product(text, &policy.priority);
        let review = says(&policy.routing.review_words);
        let pressed = directory.shop(t.shop).and_then(|shop| {
            let questions = shop.settings.questions.iter();
            let mut named = questions.filter(|q| q.line.is_some() && q.text.trim() == text.trim());
            named
                .next()?
                .line
                .as_deref()
                .map(|line| Arc::from(canonical(line)))
        });
        let skills: Vec<&String> = lines
            .skills
            .iter()
            .filter(|skill| text.contains(skill.as_str()))
            .collect();
        if !asked && !review && pressed.is_none() && skills.is_empty() {
            return;
        }
        let hints = self.hints.entry(t.id).or_default();
        hints.asked |= asked;
        hints.review |= review;
        if pressed.is_some() {
            hints.line = pressed;
        }
        for skill in skills {
            if !hints.skills.contains(skill) {
                hints.skills.push(skill.clone());
            }
        }
    }

    /// State of the latest order of the buyer of an open conversation, if known.
    pub(crate) fn order_of(&self, thread: ThreadId) -> Option<OrderState> {
        let open = self.open.get(&thread)?;
        self.about.get(&open.buyer)?.order
    }

    /// Whether the open conversation asked about a product.
    pub(crate) fn asked_for_product(&self, thread: ThreadId) -> bool {
        self.hints.get(&thread).is_some_and(|h| h.asked)
    }

    fn wish(&self, thread: ThreadId, buyer: BuyerId) -> Wish {
        let about = self.about.get(&buyer);
        Wish {
            order: about.and_then(|a| a.order),
            on_product: about.is_some_and(|a| a.on_product),
            asked: self.hints.get(&thread).is_some_and(|h| h.asked),
        }
    }

    /// Where a waiting conversation stands: on which line, among the large ones or not, and since when it counts as waiting.
    fn place_of(
        &self,
        thread: ThreadId,
        open: &Open,
        directory: &Directory,
        policy: &Policy,
    ) -> Option<(Class, Rank)> {
        let since = open.queued_since.filter(|_| open.holder.is_none())?;
        let about = self.about.get(&open.buyer);
        let line = open.line.clone().or_else(|| {
            let lines = directory.lines(open.shop);
            if lines.seated.is_empty() {
                return None;
            }
            let hints = self.hints.get(&thread);
            let situation = Situation {
                chosen: hints.and_then(|h| h.line.as_deref()),
                stage: open.stage,
                order: about.and_then(|a| a.order),
                review: hints.is_some_and(|h| h.review),
            };
            waits_for(line_for(&situation), &lines.ladder, &lines.seated)
        });
        let large = about.is_some_and(|a| a.is_large(&policy.routing) || a.is_big_buyer(&policy.routing));
        let lead = priority(self.wish(thread, open.buyer), &policy.priority)
            .map_or(0, |p| p.lead_secs(&policy.priority));
        let rank = match open.left_at {
            Some(left) => Rank::new(true, left, 0),
            None => Rank::new(false, since, lead),
        };
        Some((Class { line, large }, rank))
    }

    /// The place in the queue of a waiting conversation, anew.
    fn rank(&mut self, thread: ThreadId, directory: &Directory, policy: &Policy) {
        let Some(open) = self.open.get(&thread) else {
            return;
        };
        let (shop, next) = (open.shop, self.place_of(thread, open, directory, policy));
        if next == open.ranked {
            return;
        }
        let before = open.ranked.clone();
        let queue = self.queues.entry(shop).or_default();
        if let Some((class, rank)) = before {
            queue.remove(&class, rank, thread);
        }
        if let Some((class, rank)) = &next {
            queue.insert(class.clone(), *rank, thread);
        }
        if let Some(open) = self.open.get_mut(&thread) {
            open.ranked = next;
        }
    }

    /// The places of all who wait, anew: seats, lines or figures changed.
    pub(crate) fn rank_all(&mut self, directory: &Directory, policy: &Policy) {
        let waiting: Vec<ThreadId> = self
            .open
            .iter()
            .filter(|(_, o)| o.ranked.is_some())
            .map(|(id, _)| *id)
            .collect();
        for thread in waiting {
            self.rank(thread, directory, policy);
        }
    }

    /// Place in the queue of its line, 1 = next; 0 = not in it.
    pub(crate) fn place(&self, thread: ThreadId) -> i64 {
        let place = self.open.get(&thread).and_then(|open| {
            let (class, rank) = open.ranked.as_ref()?;
            let queue = self.queues.get(&open.shop)?;
            Some(queue.place(class.line.as_deref(), *rank, thread))
        });
        place.map_or(0, |place| place as i64)
    }

    /// How many wait, in all shops.
    pub(crate) fn waiting_count(&self) -> usize {
        self.queues.values().map(Queue::len).sum()
    }

    /// How many people of a shop take new buyers of a line.
    pub(crate) fn staff_of(
        &self,
        directory: &Directory,
        shop: ShopId,
        line: Option<&str>,
        now: Stamp,
    ) -> usize {
        let serves = |person| {
            let seats = directory.seats(shop, person);
            line.is_none_or(|line| seats.is_empty() || seats.iter().any(|seat| &*seat.line == line))
        };
        directory
            .members(shop)
            .filter(|p| self.state(p.id, now).takes_new() && serves(p.id))
            .count()
    }

    /// What one place in the queue of this line takes one agent, seconds; `None` = not seen yet.
    pub(crate) fn place_secs(&self, shop: ShopId, line: Option<Arc<str>>) -> Option<i64> {
        let samples = self.samples.get(&(shop, line)).filter(|s| !s.is_empty())?;
        Some(samples.iter().sum::<i64>() / samples.len() as i64)
    }

    /// Follows a commit. True when somebody may have to be routed: a new place in the queue, a freed one at a desk, or a
    /// buyer who writes to somebody who is not there.
    pub(crate) fn apply(&mut self, t: &ThreadRow, directory: &Directory, policy: &Policy) -> bool {
        self.shops.insert(t.id, t.shop);
        let old = self.open.remove(&t.id);
        if let Some(old) = &old
            && old.rev > t.rev
        {
            self.open.insert(t.id, old.clone());
            return false;
        }
        if let Some((shop, (class, rank))) = old.as_ref().and_then(|o| Some((o.shop, o.ranked.as_ref()?))) {
            self.queues.entry(shop).or_default().remove(class, *rank, t.id);
        }
        let holder_before = old.as_ref().and_then(|o| o.holder);
        let line_before = old.as_ref().and_then(|o| o.line.clone());
        if t.live.conversation.is_none() {
            self.count(holder_before, line_before.as_ref(), -1, t.live.last_at);
            self.hints.remove(&t.id);
            self.about.remove(&t.buyer);
            return holder_before.is_some();
        }
        let holder = t.live.holder;
        let line: Option<Arc<str>> = t.live.line.as_deref().map(|line| match &line_before {
            Some(before) if &**before == canonical(line) => Arc::clone(before),
            _ => Arc::from(canonical(line)),
        });
        if holder != holder_before || line != line_before {
            self.count(holder_before, line_before.as_ref(), -1, t.live.last_at);
            self.count(holder, line.as_ref(), 1, t.live.last_at);
        }
        if holder != holder_before
            && let Some(person) = holder
        {
            self.seat(person, t.live.last_at).last_assigned = Some(t.live.holder_since);
        }
        if let (Some(old), Some(_)) = (&old, holder)
            && let Some(since) = old.queued_since
            && let Some(secs) = sample(t.live.holder_since.secs_since(since), old.joined.0, old.joined.1)
        {
            let served_on = old.ranked.as_ref().and_then(|(class, _)| class.line.clone());
            let samples = self.samples.entry((t.shop, served_on)).or_default();
            samples.push_back(secs);
            if samples.len() > SAMPLES {
                samples.pop_front();
            }
        }
        let same_wait = old.as_ref().filter(|o| o.owed_since == t.live.owed_since);
        let gone = holder.is_some_and(|p| !self.state(p, t.live.last_at).holds());
        let mut open = Open {
            shop: t.shop,
            rev: t.rev,
            holder,
            holder_since: t.live.holder_since,
            queued_since: t.live.queued_since.filter(|_| holder.is_none()),
            line,
            last_agent: t.live.last_agent,
            ranked: None,
            stage: t.stage,
            left_at: t.left_at,
            joined: (0, 0),
            buyer: t.buyer,
            owed_since: t.live.owed_since,
            owed_seq: t.live.owed_seq,
            moves: same_wait.map_or(0, |o| o.moves),
            typed_at: same_wait.filter(|o| o.holder == holder).and_then(|o| o.typed_at),
            next_due: t.live.next_due,
            // A write that is under way for it goes on.
            pending: old.as_ref().is_some_and(|o| o.pending && o.holder == holder),
        };
        open.ranked = self.place_of(t.id, &open, directory, policy);
        if let Some((class, rank)) = &open.ranked {
            let queue = self.queues.entry(t.shop).or_default();
            queue.insert(class.clone(), *rank, t.id);
            open.joined = match &old {
                Some(old) if old.ranked.is_some() => old.joined,
                _ => (
                    queue.place(class.line.as_deref(), *rank, t.id) as i64,
                    self.staff_of(directory, t.shop, class.line.as_deref(), t.live.last_at),
                ),
            };
        }
        let owed = open.owed_since.is_some();
        self.open.insert(t.id, open);
        holder.is_none() || holder != holder_before || (owed && gone)
    }
}
