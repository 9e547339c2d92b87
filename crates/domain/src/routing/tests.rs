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
    Candidate {
        person: person(n),
        state,
        capacity,
        load,
        seats: lines.iter().map(|l| Seat::on(l)).collect(),
        line_loads: Vec::new(),
        grade: None,
        last_assigned_at: None,
    }
}
fn seat(line: &str, weight: u32, capacity: Option<u32>, skills: &[&str]) -> Seat {
    Seat {
        weight,
        capacity,
        skills: skills.iter().map(|s| (*s).to_owned()).collect(),
        ..Seat::on(line)
    }
}
fn seated(n: u8, load: u32, capacity: u32, seats: &[Seat]) -> Candidate {
    Candidate {
        seats: seats.into(),
        ..agent(n, State::Online, load, capacity, &[])
    }
}
fn graded(n: u8, grade: Grade) -> Candidate {
    Candidate {
        grade: Some(grade),
        ..agent(n, State::Online, 0, 8, &[])
    }
}
fn wait(n: u8, since: i64, line: Option<&str>) -> Waiting {
    Waiting {
        thread: thread(n),
        since: Stamp::from_secs(since),
        line: line.map(Arc::from),
        last_agent: None,
        large: false,
        big_buyer: false,
        skills: Arc::default(),
    }
}
fn at(waiting: &Waiting, desk: &[Candidate], now: i64) -> Option<(PersonId, Why)> {
    let policy = Policy::default().routing;
    let ladder = Ladder::default();
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: Stamp::from_secs(now),
    };
    let (i, why) = choose(waiting, desk, &Shares::default(), &ground)?;
    Some((desk[i].person, why))
}
fn pick(last: Option<PersonId>, line: Option<&str>, desk: &[Candidate]) -> Option<PersonId> {
    let waiting = Waiting {
        last_agent: last,
        ..wait(1, 100, line)
    };
    at(&waiting, desk, 100).map(|(person, _)| person)
}
/// Gives out a queue in which nobody has a lead.
fn next(queue: &[Waiting], desk: &mut [Candidate], shares: &mut Shares, now: i64) -> Vec<Given> {
    let mut sorted = Queue::default();
    for w in queue {
        let class = Class {
            line: w.line.clone(),
            large: w.large || w.big_buyer,
        };
        sorted.insert(class, Rank::new(false, w.since, 0), w.thread);
    }
    let policy = Policy::default().routing;
    let ladder = Ladder::default();
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: Stamp::from_secs(now),
    };
    let look = |id| queue.iter().find(|w| w.thread == id).cloned();
    deal(&sorted, look, desk, shares, &ground)
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
fn a_line_has_a_limit_of_its_own_within_the_persons_desk_04() {
    let mut a = seated(
        1,
        3,
        8,
        &[
            seat("pre_sales", 100, Some(2), &[]),
            seat("after_sales", 100, None, &[]),
        ],
    );
    a.line_loads = vec![("pre_sales".into(), 2), ("after_sales".into(), 1)];
    assert_eq!(
        (
            a.room(Some("pre_sales")),
            a.room(Some("after_sales")),
            a.room(None)
        ),
        (0, 5, 5)
    );
    assert_eq!(pick(None, Some("pre_sales"), std::slice::from_ref(&a)), None);
    a.load = 8;
    assert_eq!(a.room(Some("after_sales")), 0);
}

#[test]
fn the_skill_that_is_asked_for_comes_before_the_last_agent_desk_03() {
    let desk = [
        seated(1, 0, 8, &[seat("pre_sales", 100, None, &[])]),
        seated(2, 5, 8, &[seat("pre_sales", 100, None, &["窗帘"])]),
    ];
    let mut asked = Waiting {
        last_agent: Some(person(1)),
        skills: ["窗帘".to_owned()].into(),
        ..wait(1, 100, Some("pre_sales"))
    };
    let (who, why) = at(&asked, &desk, 100).unwrap();
    assert_eq!(
        (who, why.reason, why.skill.as_deref()),
        (person(2), Reason::Skill, Some("窗帘"))
    );
    // Nobody with the skill has room: it is a wish, nobody starves for it.
    asked.skills = ["地毯".to_owned()].into();
    let (who, why) = at(&asked, &desk, 100).unwrap();
    assert_eq!((who, why.reason, why.skill), (person(1), Reason::LastAgent, None));
}

#[test]
fn a_weight_of_300_gets_three_times_as_many_as_100_also_when_the_desk_is_idle_desk_03() {
    let mut shares = Shares::default();
    let mut got = [0; 2];
    for n in 0..40u8 {
        // Both are idle each time.
        let mut desk = [
            seated(1, 0, 8, &[seat("pre_sales", 300, None, &[])]),
            seated(2, 0, 8, &[seat("pre_sales", 100, None, &[])]),
        ];
        let given = next(&[wait(n, 100, Some("pre_sales"))], &mut desk, &mut shares, 100);
        got[usize::from(given[0].person == person(2))] += 1;
    }
    assert_eq!(got, [30, 10]);
    // Whoever comes later begins level: no flood to catch up.
    let mut desk = [
        seated(1, 0, 8, &[seat("pre_sales", 100, None, &[])]),
        seated(3, 0, 8, &[seat("pre_sales", 100, None, &[])]),
    ];
    let queue: Vec<Waiting> = (50..56).map(|n| wait(n, 100, Some("pre_sales"))).collect();
    let given = next(&queue, &mut desk, &mut shares, 100);
    let late = given.iter().filter(|g| g.person == person(3)).count();
    assert_eq!(late, 3);
}

#[test]
fn the_reason_is_the_one_that_decided_desk_03() {
    let desk = [
        agent(1, State::Online, 3, 8, &[]),
        agent(2, State::Online, 1, 8, &[]),
    ];
    let (_, why) = at(&wait(1, 100, None), &desk, 100).unwrap();
    assert_eq!((why.reason, why.load, why.capacity), (Reason::Load, 1, 8));
    let mut shares = Shares::default();
    for _ in 0..4 {
        shares.add(person(2), None, USUAL_WEIGHT);
    }
    shares.add(person(1), None, USUAL_WEIGHT);
    let (policy, ladder) = (Policy::default().routing, Ladder::default());
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: Stamp::from_secs(100),
    };
    let (i, why) = choose(&wait(1, 100, None), &desk, &shares, &ground).unwrap();
    assert_eq!((desk[i].person, why.reason), (person(1), Reason::Weight));
    let json = serde_json::to_string(&why).unwrap();
    assert_eq!(json, r#"{"reason":"weight","weight":100,"load":3,"capacity":8}"#);
    assert_eq!(serde_json::from_str::<Why>(&json).unwrap(), why);
}

#[test]
fn a_large_order_is_for_middle_and_above_and_a_large_buyer_for_seniors_first_desk_18() {
    let policy = Policy::default().routing;
    let desk = [
        graded(1, Grade::Junior),
        Candidate {
            load: 5,
            ..graded(2, Grade::Middle)
        },
        Candidate {
            load: 7,
            ..graded(3, Grade::Senior)
        },
    ];
    let plain = wait(1, 100, None);
    let large = Waiting {
        large: true,
        ..plain.clone()
    };
    let big = Waiting {
        big_buyer: true,
        ..plain.clone()
    };
    assert_eq!(at(&plain, &desk, 100).unwrap().0, person(1));
    assert_eq!(at(&large, &desk, 100).unwrap().0, person(2));
    let (who, why) = at(&big, &desk, 100).unwrap();
    assert_eq!((who, why.reason), (person(3), Reason::Grade));
    // No senior has room: a middle one, at once.
    let mut full = desk.clone();
    full[2].load = 8;
    assert_eq!(at(&big, &full, 100).unwrap().0, person(2));
    // A junior only when nobody above is online for a while, and then paired.
    full[1].state = State::Away;
    assert_eq!(
        at(&large, &full, 100 + policy.grade_secs * 9),
        None,
        "a senior is online"
    );
    full[2].state = State::Offline;
    assert_eq!(at(&large, &full, 99 + policy.grade_secs), None);
    let (who, why) = at(&large, &full, 100 + policy.grade_secs).unwrap();
    assert_eq!((who, why.pair), (person(1), true));
    assert!(!at(&plain, &full, 100).unwrap().1.pair);
}

#[test]
fn a_line_without_anybody_gives_its_buyers_upward_then_down_desk_03() {
    let policy = Policy::default().routing;
    let desk = [
        agent(1, State::Online, 0, 8, &["pre_sales"]),
        agent(2, State::Online, 0, 8, &["supervisor"]),
        agent(3, State::Away, 0, 8, &["in_sales"]),
        agent(4, State::Online, 8, 8, &["after_sales"]),
    ];
    let waiting = wait(1, 100, Some("in_sales"));
    assert_eq!(at(&waiting, &desk, 99 + policy.overflow_secs), None);
    // After-sales is above and online, but has no room: it waits there, not with the supervisor.
    assert_eq!(at(&waiting, &desk, 100 + policy.overflow_secs), None);
    let (who, why) = at(
        &waiting,
        &[desk[0].clone(), desk[1].clone()],
        100 + policy.overflow_secs,
    )
    .unwrap();
    assert_eq!((who, why.line.as_deref()), (person(2), Some("supervisor")));
    assert_eq!(why.instead_of.as_deref(), Some("in_sales"));
    let (who, _) = at(&waiting, &desk[..1], 100 + policy.overflow_secs).unwrap();
    assert_eq!(who, person(1));
}

#[test]
fn a_holder_who_does_not_answer_loses_the_buyer_a_few_times_desk_13() {
    let policy = Policy::default().routing;
    let t = Stamp::from_secs;
    let over = |owed: Option<i64>, held: i64, moves, now: i64| {
        let held = Held {
            owed_since: owed.map(t),
            since: t(held),
            moves,
            typed_at: None,
        };
        is_unanswered(&held, &policy, t(now))
    };
    let secs = policy.reassign_secs;
    assert!(!over(Some(100), 90, 0, 99 + secs));
    assert!(over(Some(100), 90, 0, 100 + secs));
    // Whoever got it later has the whole time.
    assert!(!over(Some(100), 200, 0, 100 + secs));
    assert!(over(Some(100), 200, 1, 200 + secs));
    assert!(!over(Some(100), 200, policy.reassign_times, 9_999_999));
    assert!(!over(None, 90, 0, 9_999_999));
    let off = RoutingPolicy {
        reassign_secs: 0,
        ..policy.clone()
    };
    let long = Held {
        owed_since: Some(t(1)),
        since: t(1),
        moves: 0,
        typed_at: None,
    };
    assert!(!is_unanswered(&long, &off, t(9_999_999)));
    // Whoever writes keeps it a while longer, not for ever.
    let writes = |now: i64, ago: i64| {
        let held = Held {
            typed_at: Some(t(now - ago)),
            ..long
        };
        is_unanswered(&held, &policy, t(now))
    };
    assert!(!writes(1 + secs, 3));
    assert!(!writes(2 * secs, policy.reassign_typing_secs - 1));
    assert!(writes(2 * secs, policy.reassign_typing_secs));
    assert!(writes(1 + 2 * secs, 0));
    let ladder = Ladder::default();
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: t(500),
    };
    let waiting = Waiting {
        last_agent: Some(person(1)),
        ..wait(1, 100, Some("pre_sales"))
    };
    let mut desk = vec![
        agent(1, State::Online, 1, 8, &["pre_sales"]),
        agent(2, State::Online, 6, 8, &["pre_sales"]),
        agent(3, State::Online, 0, 8, &["after_sales"]),
    ];
    let given = take_over(&waiting, person(1), &desk, &Shares::default(), &ground).unwrap();
    assert_eq!((given.person, given.why.reason), (person(2), Reason::Unanswered));
    desk[1].load = 8;
    assert_eq!(
        take_over(&waiting, person(1), &desk, &Shares::default(), &ground),
        None
    );
}

#[test]
fn the_queue_is_served_oldest_first_and_one_line_never_blocks_another_desk_02() {
    let queue = [
        wait(3, 30, None),
        wait(1, 10, Some("after_sales")),
        wait(2, 20, None),
    ];
    let mut desk = [agent(1, State::Online, 7, 8, &["pre_sales"])];
    let given = next(&queue, &mut desk, &mut Shares::default(), 40);
    assert_eq!(
        given.iter().map(|g| (g.thread, g.person)).collect::<Vec<_>>(),
        [(thread(2), person(1))]
    );
}

#[test]
fn words_left_for_the_next_shift_are_served_before_those_who_came_since_desk_11() {
    let mut queue = Queue::default();
    let rank = |left, since| Rank::new(left, Stamp::from_secs(since), 0);
    queue.insert(Class::default(), rank(false, 10), thread(1));
    queue.insert(Class::default(), rank(true, 30), thread(2));
    queue.insert(Class::default(), rank(true, 20), thread(3));
    let (policy, ladder) = (Policy::default().routing, Ladder::default());
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: Stamp::from_secs(99),
    };
    let mut desk = [agent(1, State::Online, 0, 2, &[])];
    let look = |id| {
        Some(Waiting {
            thread: id,
            ..wait(0, 10, None)
        })
    };
    let given = deal(&queue, look, &mut desk, &mut Shares::default(), &ground);
    assert_eq!(
        given.iter().map(|g| g.thread).collect::<Vec<_>>(),
        [thread(3), thread(2)]
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
    shares: Shares,
    conversations: u16,
}

impl Desk {
    fn recount(&mut self) {
        for agent in &mut self.agents {
            let own = self.threads.values().filter(|l| l.holder == Some(agent.person));
            agent.load = own.count() as u32;
        }
    }
    fn queue(&self) -> Vec<Waiting> {
        let waits = self.threads.iter().filter_map(|(n, live)| {
            let since = live.queued_since?;
            Some(Waiting {
                since,
                last_agent: live.last_agent,
                ..wait(*n, 0, live.line.as_deref())
            })
        });
        waits.collect()
    }
    fn route(&mut self) -> Vec<(ThreadId, PersonId)> {
        self.recount();
        let now = Stamp::from_secs(self.now);
        let mut desks = self.agents.clone();
        let given = next(&self.queue(), &mut desks, &mut self.shares, self.now);
        let given: Vec<_> = given.iter().map(|g| (g.thread, g.person)).collect();
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
        let lines = |n: u8| if n == 2 { vec![] } else { vec![LINES[usize::from(n)]] };
        let agents = (0..3).map(|n| agent(100 + n, State::Offline, 0, 2, &lines(n))).collect();
        let mut desk = Desk { now: 1_000, threads: BTreeMap::new(), agents, shares: Shares::default(), conversations: 0 };
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
                        desk.shares.forget(who);
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
                    prop_assert!(!agent.serves(waiting.line.as_deref()), "overtaken at {who}");
                }
            }
            for agent in &desk.agents {
                prop_assert!(agent.load <= agent.capacity);
                prop_assert!(agent.state.holds() || agent.load == 0);
            }
        }
    }
}
