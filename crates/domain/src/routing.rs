//! Who gets the next conversation (R-DESK-02, R-DESK-03, R-DESK-04, R-DESK-11, R-DESK-18).
//!
//! A conversation waits for a line ([`line`]) in an order ([`queue`]). It goes to somebody online who is seated on the line and has
//! room, of a sufficient grade if it is about much money; among those first to whoever has the skill that is asked for, then
//! to the person who last answered this buyer, then to whoever has the least in hand for their weight. A line on which nobody
//! is online gives its buyers upward after a while. A conversation that waits for one line never blocks one behind it that
//! waits for another.
//!
//! Everything here is decided from what is given and says why ([`Why`]); the same picture gives the same decision.

pub mod line;
pub mod pair;
pub mod queue;

use crate::access::Grade;
use crate::policy::RoutingPolicy;
use crate::presence::State;
pub use line::{Ladder, Seat, USUAL_WEIGHT};
pub use queue::{Class, Queue, Rank};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use yingke_kernel::{PersonId, Stamp, ThreadId};

/// An agent as routing sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Their effective state ([`crate::presence::effective`]).
    pub state: State,
    /// Conversations that they may hold at once.
    pub capacity: u32,
    /// Conversations that they hold.
    pub load: u32,
    /// Lines that they serve; none = every line.
    pub seats: Arc<[Seat]>,
    /// Conversations that they hold of a line; a line that is not named: none.
    pub line_loads: Vec<(Arc<str>, u32)>,
    /// How far they have come; none = not graded, and trusted with everything but the large buyers' preference.
    pub grade: Option<Grade>,
    /// When they last got a conversation; `None` = never.
    pub last_assigned_at: Option<Stamp>,
}

impl Candidate {
    /// Weight and own limit with which they serve a line; `None` = they do not. Who has no seat serves every line, and one without a
    /// line suits everybody.
    fn fit(&self, line: Option<&str>) -> Option<(u32, Option<u32>)> {
        if self.seats.is_empty() {
            return Some((USUAL_WEIGHT, None));
        }
        match line {
            None => Some((self.seats.iter().map(|seat| seat.weight).max()?, None)),
            Some(line) => {
                let seat = self.seats.iter().find(|seat| &*seat.line == line)?;
                Some((seat.weight, seat.capacity))
            }
        }
    }
    /// Conversations of this line that they hold.
    pub fn line_load(&self, line: &str) -> u32 {
        let own = self.line_loads.iter().find(|(known, _)| &**known == line);
        own.map_or(0, |(_, load)| *load)
    }
    /// Whether they serve the line at all, free or not.
    pub fn serves(&self, line: Option<&str>) -> bool {
        self.fit(line).is_some()
    }
    /// Conversations of this line that they could take on now.
    pub fn room(&self, line: Option<&str>) -> u32 {
        let (true, Some((_, limit))) = (self.state.takes_new(), self.fit(line)) else {
            return 0;
        };
        let total = self.capacity.saturating_sub(self.load);
        match (line, limit) {
            (Some(line), Some(limit)) => total.min(limit.saturating_sub(self.line_load(line))),
            _ => total,
        }
    }
    /// Whether they may get one more conversation of this line.
    pub fn is_free_for(&self, line: Option<&str>) -> bool {
        self.room(line) > 0
    }
    /// Whether they take new buyers and serve the line, free or not.
    fn is_there(&self, line: Option<&str>) -> bool {
        self.state.takes_new() && self.serves(line)
    }
    /// Whether large orders may be theirs alone (R-DESK-18).
    fn is_middle(&self) -> bool {
        self.grade.is_none_or(|grade| grade >= Grade::Middle)
    }
    fn has_skill<'a>(&self, line: Option<&str>, asked: &'a [String]) -> Option<&'a str> {
        let mut seats = self
            .seats
            .iter()
            .filter(|seat| line.is_none_or(|line| &*seat.line == line));
        seats.find_map(|seat| {
            asked
                .iter()
                .find(|word| seat.skills.contains(word))
                .map(String::as_str)
        })
    }
    fn take(&mut self, line: Option<&Arc<str>>, now: Stamp) {
        self.load += 1;
        self.last_assigned_at = Some(now);
        let Some(line) = line else { return };
        match self.line_loads.iter_mut().find(|(known, _)| known == line) {
            Some((_, load)) => *load += 1,
            None => self.line_loads.push((Arc::clone(line), 1)),
        }
    }
}

/// What a conversation in the queue asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its thread.
    pub thread: ThreadId,
    /// In the queue since ([`crate::conversation::Live::queued_since`]).
    pub since: Stamp,
    /// The line that it waits for; none = whoever is free.
    pub line: Option<Arc<str>>,
    /// Who answered this buyer last.
    pub last_agent: Option<PersonId>,
    /// An open order of that size, or a large buyer (R-DESK-18).
    pub large: bool,
    /// The buyer has bought for much: seniors first (R-DESK-18).
    pub big_buyer: bool,
    /// Skills that the buyer's words name.
    pub skills: Arc<[String]>,
}

/// Why somebody got a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They answered this buyer last.
    LastAgent,
    /// They have the skill that is asked for.
    Skill,
    /// A large buyer, and they are a senior.
    Grade,
    /// They have the least in hand for their weight.
    Load,
    /// Somebody has less in hand, but has got more than their weight says.
    Weight,
    /// The one before left the buyer without an answer for too long.
    Unanswered,
}

impl Reason {
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastAgent => "last_agent",
            Self::Skill => "skill",
            Self::Grade => "grade",
            Self::Load => "load",
            Self::Weight => "weight",
            Self::Unanswered => "unanswered",
        }
    }
}

/// A decision with its reasons, as the assignment keeps it; for the house's own people only.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Why {
    /// What decided.
    pub reason: Reason,
    /// The skill that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// The line on which it is served; none = no line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Arc<str>>,
    /// The line that it waited for, when nobody was there and another serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Arc<str>>,
    /// A large order with somebody who begins: a more experienced colleague is to look along (R-DESK-18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pair: bool,
    /// Weight of the seat.
    pub weight: u32,
    /// Conversations in hand before this one.
    pub load: u32,
    /// Conversations that they may hold.
    pub capacity: u32,
}

/// Somebody gets a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The conversation.
    pub thread: ThreadId,
    /// Who.
    pub person: PersonId,
    /// Why.
    pub why: Why,
}

/// Who has got how much since they sat down, by line: a conversation counts the less, the more weight a seat has. Whoever comes
/// back begins level with those who are there, so that nobody is flooded to catch up.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    received: HashMap<(PersonId, Option<Arc<str>>), u64>,
}

/// What one conversation counts on a seat of weight 1.
const ONE: u64 = 100_000;

impl Shares {
    /// Somebody left the desk: their account begins anew.
    pub fn forget(&mut self, person: PersonId) {
        self.received.retain(|(who, _), _| *who != person);
    }
    fn of(&self, person: PersonId, line: Option<&Arc<str>>) -> Option<u64> {
        self.received.get(&(person, line.cloned())).copied()
    }
    /// The least that any of those has got who serve the line now.
    fn level(&self, candidates: &[Candidate], line: Option<&Arc<str>>) -> u64 {
        candidates
            .iter()
            .filter(|c| c.is_there(line.map(|line| &**line)))
            .filter_map(|c| self.of(c.person, line))
            .min()
            .unwrap_or(0)
    }
    /// Whoever has sat down since begins level with the others.
    fn open(&mut self, candidates: &[Candidate], line: Option<&Arc<str>>) {
        let level = self.level(candidates, line);
        for c in candidates.iter().filter(|c| c.is_there(line.map(|line| &**line))) {
            self.received.entry((c.person, line.cloned())).or_insert(level);
        }
    }
    fn add(&mut self, person: PersonId, line: Option<&Arc<str>>, weight: u32) {
        *self.received.entry((person, line.cloned())).or_default() += ONE / u64::from(weight.max(1));
    }
}

/// What a decision goes by, besides the people.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The shop's lines in rising authority.
    pub ladder: &'a Ladder,
    /// The figures in force.
    pub policy: &'a RoutingPolicy,
    /// Now.
    pub now: Stamp,
}

/// How many conversations a person may hold: their own figure, else the policy's (R-DESK-04).
pub fn capacity(own: Option<u32>, policy: &RoutingPolicy) -> u32 {
    own.unwrap_or(policy.capacity)
}

/// The line on which this conversation can be served now: its own, or after a while the nearest on which anybody is online.
fn served_on(waiting: &Waiting, candidates: &[Candidate], ground: &Ground<'_>) -> Option<Arc<str>> {
    let line = waiting.line.as_ref()?;
    let online = |line: &str| candidates.iter().any(|c| c.is_there(Some(line)));
    if online(line) || ground.now.secs_since(waiting.since) < ground.policy.overflow_secs {
        return Some(Arc::clone(line));
    }
    let other = ground.ladder.from(line).find(|other| online(other));
    Some(Arc::clone(other.unwrap_or(line)))
}

/// Who gets this conversation, and why; `None` = it waits on. Looks at each candidate a fixed number of times.
pub fn choose(
    waiting: &Waiting,
    candidates: &[Candidate],
    shares: &Shares,
    ground: &Ground<'_>,
) -> Option<(usize, Why)> {
    let (pool, why) = pool(waiting, candidates, ground)?;
    Some(best(waiting, candidates, &pool, shares, ground, why))
}

/// Who may get it, with what is known of the reason so far.
fn pool(waiting: &Waiting, candidates: &[Candidate], ground: &Ground<'_>) -> Option<(Vec<usize>, Why)> {
    let line = served_on(waiting, candidates, ground);
    let on = line.as_deref();
    let mut pair = false;
    let needs_middle = (waiting.large || waiting.big_buyer) && {
        let any_middle = candidates.iter().any(|c| c.is_there(on) && c.is_middle());
        pair = !any_middle;
        if !any_middle && ground.now.secs_since(waiting.since) < ground.policy.grade_secs {
            return None;
        }
        any_middle
    };
    let mut pool: Vec<usize> = (0..candidates.len())
        .filter(|i| candidates[*i].is_free_for(on) && (!needs_middle || candidates[*i].is_middle()))
        .collect();
    if pool.is_empty() {
        return None;
    }
    let mut why = Why {
        reason: Reason::Load,
        skill: None,
        instead_of: waiting.line.clone().filter(|own| Some(own) != line.as_ref()),
        line,
        pair,
        weight: USUAL_WEIGHT,
        load: 0,
        capacity: 0,
    };
    let skilled = |i: &usize| candidates[*i].has_skill(why.line.as_deref(), &waiting.skills);
    if let Some(skill) = pool.iter().find_map(skilled).map(str::to_owned) {
        pool.retain(|i| skilled(i).is_some());
        why.reason = Reason::Skill;
        why.skill = Some(skill);
    }
    if waiting.big_buyer {
        let senior = |i: &usize| candidates[*i].grade.is_some_and(|grade| grade >= Grade::Senior);
        if pool.iter().any(senior) {
            let all = pool.len();
            pool.retain(senior);
            if why.reason == Reason::Load && pool.len() < all {
                why.reason = Reason::Grade;
            }
        }
    }
    Some((pool, why))
}

fn best(
    waiting: &Waiting,
    candidates: &[Candidate],
    pool: &[usize],
    shares: &Shares,
    ground: &Ground<'_>,
    mut why: Why,
) -> (usize, Why) {
    let line = why.line.clone();
    let level = shares.level(candidates, line.as_ref());
    let weight = |c: &Candidate| c.fit(line.as_deref()).map_or(USUAL_WEIGHT, |(weight, _)| weight);
    let last = pool
        .iter()
        .copied()
        .find(|i| Some(candidates[*i].person) == waiting.last_agent);
    let chosen = last.unwrap_or_else(|| {
        let key = |i: &usize| {
            let c = &candidates[*i];
            let share = share(c.load, c.capacity, weight(c));
            let got = shares.of(c.person, line.as_ref()).unwrap_or(level).max(level);
            let debt = debt(got - level, ground.policy);
            (share + debt, share, c.load, got, c.last_assigned_at, c.person)
        };
        // The pool is not empty.
        let best = pool.iter().copied().min_by_key(key).unwrap_or(pool[0]);
        let mine = key(&best).1;
        if why.reason == Reason::Load && pool.iter().any(|i| key(i).1 < mine) {
            why.reason = Reason::Weight;
        }
        best
    });
    if last.is_some() {
        why.reason = Reason::LastAgent;
    }
    let c = &candidates[chosen];
    why.weight = weight(c);
    why.load = c.load;
    why.capacity = c.capacity;
    (chosen, why)
}

/// Millionths of a full desk that a person of usual weight has in hand.
fn share(load: u32, capacity: u32, weight: u32) -> u64 {
    let full = u64::from(capacity.max(1)) * u64::from(weight.max(1));
    u64::from(load) * 1_000_000 * u64::from(USUAL_WEIGHT) / full
}

/// What somebody has got beyond the others for their weight, in the same measure, up to the policy's most.
fn debt(beyond: u64, policy: &RoutingPolicy) -> u64 {
    let usual = ONE / u64::from(USUAL_WEIGHT);
    let one = 1_000_000 / u64::from(policy.capacity.max(1)) * u64::from(policy.balance_percent) / 100;
    (beyond * one / usual).min(u64::from(policy.balance_most_percent) * 10_000)
}

/// Gives out as much of the queue as there is room for, in order. `look`: what the thread asks for; `None` = not now. The head of
/// a class that nobody can take holds up its class and no other.
pub fn deal(
    queue: &Queue,
    look: impl Fn(ThreadId) -> Option<Waiting>,
    candidates: &mut [Candidate],
    shares: &mut Shares,
    ground: &Ground<'_>,
) -> Vec<Given> {
    let mut given = Vec::new();
    let mut room: u64 = candidates
        .iter()
        .filter(|c| c.state.takes_new())
        .map(|c| u64::from(c.capacity.saturating_sub(c.load)))
        .sum();
    if queue.is_empty() || room == 0 {
        return given;
    }
    let mut heads: std::collections::BinaryHeap<Reverse<((Rank, ThreadId), &Class)>> = queue
        .heads()
        .map(|(class, head)| Reverse((head, class)))
        .collect();
    while room > 0
        && let Some(Reverse((at, class))) = heads.pop()
    {
        if let Some(waiting) = look(at.1) {
            shares.open(candidates, served_on(&waiting, candidates, ground).as_ref());
            let Some((chosen, why)) = choose(&waiting, candidates, shares, ground) else {
                continue;
            };
            let person = candidates[chosen].person;
            let line = why.line.clone();
            shares.add(person, line.as_ref(), why.weight);
            candidates[chosen].take(line.as_ref(), ground.now);
            given.push(Given {
                thread: at.1,
                person,
                why,
            });
            room -= 1;
        }
        if let Some(next) = queue.behind(class, at) {
            heads.push(Reverse((next, class)));
        }
    }
    given
}

/// What is looked at of a conversation that somebody holds and may have left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Since when an answer is owed.
    pub owed_since: Option<Stamp>,
    /// Since when its holder has it.
    pub since: Stamp,
    /// How often it was passed on within this wait.
    pub moves: u32,
    /// When its holder last wrote at an answer.
    pub typed_at: Option<Stamp>,
}

/// Whether a conversation is taken from a holder who does not answer (R-DESK-13): they have had it and owed an answer for
/// `routing.reassign_secs`, and it has not been passed on so often in this wait as the policy allows. Whoever has written at the answer
/// within `routing.reassign_typing_secs` keeps it, for as long again at most.
pub fn is_unanswered(held: &Held, policy: &RoutingPolicy, now: Stamp) -> bool {
    let Some(owed) = held.owed_since else { return false };
    let waited = now.secs_since(owed.max(held.since));
    let is_writing = held
        .typed_at
        .is_some_and(|at| now.secs_since(at) < policy.reassign_typing_secs);
    let patience = if is_writing {
        policy.reassign_secs.saturating_mul(2)
    } else {
        policy.reassign_secs
    };
    policy.reassign_secs > 0 && held.moves < policy.reassign_times && waited >= patience
}

/// Who takes over from a holder who does not answer; `None` = nobody of the line has room, and it stays.
pub fn take_over(
    waiting: &Waiting,
    holder: PersonId,
    candidates: &[Candidate],
    shares: &Shares,
    ground: &Ground<'_>,
) -> Option<Given> {
    let others: Vec<Candidate> = candidates
        .iter()
        .filter(|c| c.person != holder)
        .cloned()
        .collect();
    let (chosen, mut why) = choose(waiting, &others, shares, ground)?;
    why.reason = Reason::Unanswered;
    Some(Given {
        thread: waiting.thread,
        person: others[chosen].person,
        why,
    })
}

#[cfg(test)]
mod tests;
