//! Who gets the next conversation (R-DESK-02, R-DESK-03, R-DESK-04).
//!
//! First the line, then the person who last answered this buyer, then whoever has the smallest share of their capacity in
//! use; nobody free: the queue, oldest first. A conversation that waits for one line never blocks one behind it that
//! waits for another.

use crate::{policy::RoutingPolicy, presence::State};
use std::cmp::Ordering;
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
    /// Lines that they serve; none named = every line.
    pub lines: Vec<String>,
    /// When they last got a conversation; `None` = never.
    pub last_assigned_at: Option<Stamp>,
}

impl Candidate {
    /// Whether they may get one more conversation of this line; one without a line suits everybody.
    pub fn is_free_for(&self, line: Option<&str>) -> bool {
        self.state.takes_new()
            && self.load < self.capacity
            && line.is_none_or(|line| self.lines.is_empty() || self.lines.iter().any(|own| own == line))
    }
}

/// A conversation in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its thread.
    pub thread: ThreadId,
    /// In the queue since ([`crate::conversation::Live::queued_since`]), less the lead of a buyer about to buy (R-DESK-05).
    pub since: Stamp,
    /// The line that it waits for.
    pub line: Option<String>,
    /// Who answered this buyer last.
    pub last_agent: Option<PersonId>,
}

/// How many conversations a person may hold: their own figure, else the policy's (R-DESK-04).
pub fn capacity(own: Option<u32>, policy: &RoutingPolicy) -> u32 {
    own.unwrap_or(policy.capacity)
}

/// Who gets this conversation; `None` = it waits in the queue.
pub fn pick(last_agent: Option<PersonId>, line: Option<&str>, candidates: &[Candidate]) -> Option<PersonId> {
    pick_index(last_agent, line, candidates).map(|i| candidates[i].person)
}

fn pick_index(last_agent: Option<PersonId>, line: Option<&str>, candidates: &[Candidate]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (i, candidate) in candidates.iter().enumerate() {
        if !candidate.is_free_for(line) {
            continue;
        }
        if Some(candidate.person) == last_agent {
            return Some(i);
        }
        if best.is_none_or(|b| by_load(candidate, &candidates[b]) == Ordering::Less) {
            best = Some(i);
        }
    }
    best
}

/// Least share of the capacity in use, then least load, then longest without a new one, then the id.
fn by_load(a: &Candidate, b: &Candidate) -> Ordering {
    let share = |x: &Candidate, y: &Candidate| u64::from(x.load) * u64::from(y.capacity);
    share(a, b)
        .cmp(&share(b, a))
        .then(a.load.cmp(&b.load))
        .then(a.last_assigned_at.cmp(&b.last_assigned_at))
        .then(a.person.cmp(&b.person))
}

/// The queue in the order in which it is served: oldest first, then the thread's id (R-DESK-02).
pub fn order(queue: &mut [Waiting]) {
    queue.sort_by_key(|w| (w.since, w.thread));
}

/// Place in the queue, 1 = next; `None` = not in it.
pub fn place(queue: &[Waiting], thread: ThreadId) -> Option<usize> {
    let own = queue.iter().find(|w| w.thread == thread)?;
    Some(
        1 + queue
            .iter()
            .filter(|w| (w.since, w.thread) < (own.since, own.thread))
            .count(),
    )
}

/// Gives out as many waiting conversations as there is room for, oldest first (in any order given).
pub fn next(queue: &[Waiting], candidates: &[Candidate], now: Stamp) -> Vec<(ThreadId, PersonId)> {
    if queue.is_empty() || !candidates.iter().any(|c| c.is_free_for(None)) {
        return Vec::new();
    }
    let mut order: Vec<&Waiting> = queue.iter().collect();
    order.sort_by_key(|w| (w.since, w.thread));
    let mut desks = candidates.to_vec();
    let mut given = Vec::new();
    for waiting in order {
        if let Some(i) = pick_index(waiting.last_agent, waiting.line.as_deref(), &desks) {
            desks[i].load += 1;
            desks[i].last_assigned_at = Some(now);
            given.push((waiting.thread, desks[i].person));
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{self, Closer, EntryKind, Live, Sender, Target};
    use crate::policy::Policy;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn text(n: u8) -> String {
        format!("00000000-0000-7000-8000-0000000000{n:02x}")
    }
    fn person(n: u8) -> PersonId {
        text(n).parse().unwrap()
    }
    fn thread(n: u8) -> ThreadId {
        text(n).parse().unwrap()
    }
    fn agent(n: u8, state: State, load: u32, capacity: u32, lines: &[&str]) -> Candidate {
        let lines = lines.iter().map(|l| (*l).to_owned()).collect();
        Candidate {
            person: person(n),
            state,
            capacity,
            load,
            lines,
            last_assigned_at: None,
        }
    }

    #[test]
    fn only_online_agents_below_capacity_get_buyers_desk_02() {
        for state in [State::Suspended, State::Away, State::Offline] {
            assert_eq!(pick(None, None, &[agent(1, state, 0, 8, &[])]), None);
        }
        assert_eq!(pick(None, None, &[agent(1, State::Online, 8, 8, &[])]), None);
        assert_eq!(
            pick(None, None, &[agent(1, State::Online, 7, 8, &[])]),
            Some(person(1))
        );
    }

    #[test]
    fn line_then_last_agent_then_least_loaded_desk_03() {
        let desk = [
            agent(1, State::Online, 7, 8, &["pre_sales"]),
            agent(2, State::Online, 1, 8, &["pre_sales"]),
            agent(3, State::Online, 0, 8, &["after_sales"]),
        ];
        assert_eq!(pick(Some(person(1)), Some("pre_sales"), &desk), Some(person(1)));
        assert_eq!(pick(Some(person(3)), Some("pre_sales"), &desk), Some(person(2)));
        assert_eq!(pick(None, None, &desk), Some(person(3)));
        assert_eq!(pick(None, Some("rescue"), &desk), None);
    }

    #[test]
    fn least_loaded_is_by_share_then_load_then_longest_without_then_id_desk_03() {
        let mut desk = [
            agent(1, State::Online, 2, 4, &[]),
            agent(2, State::Online, 3, 8, &[]),
        ];
        assert_eq!(pick(None, None, &desk), Some(person(2)));
        desk[1].load = 4;
        assert_eq!(pick(None, None, &desk), Some(person(1)));
        let mut even = [
            agent(1, State::Online, 1, 4, &[]),
            agent(2, State::Online, 1, 4, &[]),
        ];
        assert_eq!(pick(None, None, &even), Some(person(1)));
        even[0].last_assigned_at = Some(Stamp::from_secs(9));
        assert_eq!(pick(None, None, &even), Some(person(2)));
        even[1].last_assigned_at = Some(Stamp::from_secs(10));
        assert_eq!(pick(None, None, &even), Some(person(1)));
    }

    #[test]
    fn a_person_may_have_a_capacity_of_their_own_desk_04() {
        let policy = Policy::default().routing;
        assert_eq!(capacity(None, &policy), policy.capacity);
        assert_eq!(capacity(Some(3), &policy), 3);
    }

    #[test]
    fn the_queue_is_served_oldest_first_and_one_line_never_blocks_another_desk_02() {
        let wait = |n: u8, since, line: Option<&str>| Waiting {
            thread: thread(n),
            since: Stamp::from_secs(since),
            line: line.map(str::to_owned),
            last_agent: None,
        };
        let queue = [
            wait(3, 30, None),
            wait(1, 10, Some("after_sales")),
            wait(2, 20, None),
        ];
        let desk = [agent(1, State::Online, 7, 8, &["pre_sales"])];
        assert_eq!(
            next(&queue, &desk, Stamp::from_secs(40)),
            [(thread(2), person(1))]
        );
        assert_eq!(
            (
                place(&queue, thread(1)),
                place(&queue, thread(3)),
                place(&queue, thread(9))
            ),
            (Some(1), Some(3), None)
        );
    }

    const LINES: [&str; 2] = ["pre_sales", "after_sales"];

    #[derive(Debug, Clone)]
    enum Do {
        Write(u8),
        Answer(u8),
        State(u8, State),
        Transfer(u8, u8),
        ToLine(u8, u8),
        Close(u8),
        Pass(i64),
    }

    fn doing() -> impl Strategy<Value = Do> {
        let state = prop_oneof![
            3 => Just(State::Online), 1 => Just(State::Suspended), 1 => Just(State::Away), 1 => Just(State::Offline)
        ];
        prop_oneof![
            6 => (0u8..8).prop_map(Do::Write),
            3 => (0u8..8).prop_map(Do::Answer),
            3 => (0u8..3, state).prop_map(|(n, s)| Do::State(n, s)),
            1 => (0u8..8, 0u8..3).prop_map(|(b, a)| Do::Transfer(b, a)),
            1 => (0u8..8, 0u8..2).prop_map(|(b, l)| Do::ToLine(b, l)),
            2 => (0u8..8).prop_map(Do::Close),
            1 => (1i64..4_000).prop_map(Do::Pass),
        ]
    }

    /// A desk of three agents and eight buyers; the same rules as the house, without its store.
    struct Desk {
        now: i64,
        threads: BTreeMap<u8, Live>,
        agents: Vec<Candidate>,
        conversations: u16,
    }

    impl Desk {
        fn recount(&mut self) {
            for agent in &mut self.agents {
                agent.load = self
                    .threads
                    .values()
                    .filter(|l| l.holder == Some(agent.person))
                    .count() as u32;
            }
        }
        fn queue(&self) -> Vec<Waiting> {
            let waits = self.threads.iter().filter_map(|(n, live)| {
                let since = live.queued_since?;
                Some(Waiting {
                    thread: thread(*n),
                    since,
                    line: live.line.clone(),
                    last_agent: live.last_agent,
                })
            });
            waits.collect()
        }
        fn route(&mut self) -> Vec<(ThreadId, PersonId)> {
            self.recount();
            let now = Stamp::from_secs(self.now);
            let given = next(&self.queue(), &self.agents, now);
            for (to, who) in &given {
                let n = to.bytes()[15];
                let live = self.threads.remove(&n).unwrap();
                // The guard of the transition refuses a second holder.
                let change = conversation::assign(live, *who, Sender::System, now).unwrap();
                self.threads.insert(n, change.live);
                let agent = self.agents.iter_mut().find(|a| a.person == *who).unwrap();
                agent.last_assigned_at = Some(now);
            }
            self.recount();
            given
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn no_buyer_waits_while_a_free_capable_agent_exists_desk_02(steps in proptest::collection::vec(doing(), 1..80)) {
            let p = Policy::default().conversation;
            let lines = |n: usize| if n == 2 { vec![] } else { vec![LINES[n].to_owned()] };
            let agents = (0..3).map(|n| Candidate {
                person: person(100 + n), state: State::Offline, capacity: 2, load: 0, lines: lines(usize::from(n)), last_assigned_at: None,
            }).collect();
            let mut desk = Desk { now: 1_000, threads: BTreeMap::new(), agents, conversations: 0 };
            for step in steps {
                desk.now += 1;
                let at = Stamp::from_secs(desk.now);
                // What a timer would do.
                for live in desk.threads.values_mut() {
                    if let Ok(change) = conversation::close(live.clone(), Closer::Idle, at) { *live = change.live; }
                }
                match step {
                    Do::Write(b) => {
                        desk.conversations += 1;
                        let id = format!("00000000-0000-7000-8000-00000001{:04x}", desk.conversations).parse().unwrap();
                        let live = desk.threads.remove(&b).unwrap_or_default();
                        let from = Sender::Buyer(text(b).parse().unwrap());
                        let got = conversation::receive(live, from, EntryKind::Text, false, at, &p, id).unwrap();
                        desk.threads.insert(b, got.live);
                    }
                    Do::Answer(b) => if let Some(live) = desk.threads.get_mut(&b) && let Some(holder) = live.holder {
                        desk.conversations += 1;
                        let id = format!("00000000-0000-7000-8000-00000001{:04x}", desk.conversations).parse().unwrap();
                        let got = conversation::receive(live.clone(), Sender::Agent(holder), EntryKind::Text, false, at, &p, id);
                        *live = got.unwrap().live;
                    },
                    Do::State(n, state) => {
                        let agent = &mut desk.agents[usize::from(n)];
                        agent.state = state;
                        let who = agent.person;
                        if !state.holds() {
                            for live in desk.threads.values_mut().filter(|l| l.holder == Some(who)) {
                                *live = conversation::requeue(live.clone(), state == State::Away, at).unwrap().live;
                            }
                        }
                    }
                    Do::Transfer(b, a) => if let Some(live) = desk.threads.get_mut(&b) && let Some(holder) = live.holder {
                        let to = desk.agents[usize::from(a)].clone();
                        if to.is_free_for(None)
                            && let Ok(change) = conversation::transfer(
                                live.clone(), holder, Target::Person(to.person), Sender::Agent(holder), at)
                        {
                            *live = change.live;
                        }
                    },
                    Do::ToLine(b, l) => if let Some(live) = desk.threads.get_mut(&b) && let Some(holder) = live.holder {
                        let to = Target::Line(LINES[usize::from(l)].to_owned());
                        *live = conversation::transfer(live.clone(), holder, to, Sender::Agent(holder), at).unwrap().live;
                    },
                    Do::Close(b) => if let Some(live) = desk.threads.get_mut(&b) && let Some(holder) = live.holder {
                        *live = conversation::close(live.clone(), Closer::Agent(holder), at).unwrap().live;
                    },
                    Do::Pass(secs) => desk.now += secs,
                }
                let before = desk.queue();
                let given = desk.route();
                // Oldest first: whoever was passed over had nobody free who serves their line.
                for waiting in desk.queue() {
                    prop_assert!(!desk.agents.iter().any(|a| a.is_free_for(waiting.line.as_deref())), "{waiting:?} waits");
                    let served_after = given.iter().filter(|(t, _)| {
                        before.iter().any(|w| w.thread == *t && (w.since, w.thread) > (waiting.since, waiting.thread))
                    });
                    for (_, who) in served_after {
                        let agent = desk.agents.iter().find(|a| a.person == *who).unwrap();
                        let line = waiting.line.as_deref().unwrap();
                        prop_assert!(!agent.lines.is_empty() && !agent.lines.iter().any(|l| l == line), "overtaken at {who}");
                    }
                }
                for agent in &desk.agents {
                    prop_assert!(agent.load <= agent.capacity);
                    prop_assert!(agent.state.holds() || agent.load == 0);
                }
            }
        }
    }
}
