//! A working day of a shop, by chance: people with seats, weights, grades, breaks and bad habits; buyers with orders, lines and
//! skills. The rules are those of the house (`routing`, `conversation`); this plays the buyers, the people and the clock, and
//! looks after each step whether a rule was broken.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;
use yingke_domain::access::Grade;
use yingke_domain::conversation::{self, Closer, EntryKind, Live, Sender, Target};
use yingke_domain::policy::Policy;
use yingke_domain::presence::State;
use yingke_domain::routing::line::BUILT_IN;
use yingke_domain::routing::{
    Candidate, Class, Ground, Held, Ladder, Queue, Rank, Reason, Seat, Shares, Waiting, choose, deal,
    is_unanswered, take_over,
};
use yingke_kernel::{ConversationId, PersonId, Stamp, ThreadId};

/// Numbers by chance that are the same for the same seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// The next one.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// From `low` to `high`, both included.
    pub(crate) fn of(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
    /// True so often in a hundred.
    pub(crate) fn percent(&mut self, n: i64) -> bool {
        self.of(1, 100) <= n
    }
    /// One of these.
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[(self.next() % of.len() as u64) as usize]
    }
    /// Seconds until the next of something that comes every `mean` seconds.
    fn gap(&mut self, mean: f64) -> i64 {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (-(1.0 - unit).ln() * mean).ceil().max(1.0) as i64
    }
}

/// What a day is like.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Seed of everything else.
    pub(crate) seed: u64,
    /// Length, seconds.
    pub(crate) secs: i64,
    /// A buyer comes every so many seconds.
    pub(crate) every: f64,
    /// People; each with the seconds in which they answer and close.
    pub(crate) people: Vec<Worker>,
    /// Whether breaks, transfers, large orders and sleepers happen.
    pub(crate) rough: bool,
}

/// Somebody of the day.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    /// Their seats.
    pub(crate) seats: Vec<Seat>,
    /// Their grade.
    pub(crate) grade: Option<Grade>,
    /// Their capacity.
    pub(crate) capacity: u32,
    /// Seconds of one conversation, on the average.
    pub(crate) pace: f64,
    /// Forgets buyers now and then.
    pub(crate) sleeps: bool,
}

impl Plan {
    /// A day of any kind.
    pub(crate) fn rough(seed: u64) -> Self {
        let mut by = Chance(seed);
        let people = (0..by.of(2, 9))
            .map(|_| {
                let seats = if by.percent(15) { 0 } else { by.of(1, 3) };
                let mut seats: Vec<Seat> = (0..seats)
                    .map(|_| Seat {
                        weight: by.one(&[50, 100, 100, 200, 300]),
                        capacity: if by.percent(30) {
                            Some(by.of(1, 4) as u32)
                        } else {
                            None
                        },
                        skills: if by.percent(25) {
                            [by.one(&["窗帘", "发票"]).to_owned()].into()
                        } else {
                            Arc::default()
                        },
                        ..Seat::on(by.one(&BUILT_IN[..5]))
                    })
                    .collect();
                seats.sort_by(|a, b| a.line.cmp(&b.line));
                seats.dedup_by(|a, b| a.line == b.line);
                Worker {
                    seats,
                    grade: by.one(&[
                        None,
                        Some(Grade::Junior),
                        Some(Grade::Middle),
                        Some(Grade::Senior),
                    ]),
                    capacity: by.of(1, 8) as u32,
                    pace: by.of(60, 500) as f64,
                    sleeps: by.percent(20),
                }
            })
            .collect();
        Self {
            seed,
            secs: by.of(2, 9) * 3_600,
            every: by.of(15, 240) as f64,
            people,
            rough: true,
        }
    }

    /// A quiet day of one line, on which everybody is there all the time: nothing but the weights decides who gets how many.
    pub(crate) fn even(seed: u64) -> Self {
        let mut by = Chance(seed);
        let pace = by.of(60, 300) as f64;
        let people: Vec<Worker> = (0..by.of(2, 8))
            .map(|_| Worker {
                seats: vec![Seat {
                    weight: by.one(&[50, 100, 100, 150, 200, 300]),
                    ..Seat::on("pre_sales")
                }],
                grade: None,
                capacity: 8,
                pace,
                sleeps: false,
            })
            .collect();
        // Between a tenth and two thirds of what the one with the greatest share can carry: nobody is ever full.
        let total: u32 = people.iter().map(|p| p.seats[0].weight).sum();
        let most = people.iter().map(|p| p.seats[0].weight).max().unwrap_or(1);
        let carried = 8.0 * f64::from(total) / f64::from(most);
        let busy = by.of(10, 50) as f64 / 100.0;
        Self {
            seed,
            secs: 8 * 3_600,
            every: pace / (carried * busy),
            people,
            rough: false,
        }
    }
}

/// What a day came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Outcome {
    /// What broke a rule, if anything did.
    pub(crate) faults: Vec<String>,
    /// Seconds in the queue of each assignment.
    pub(crate) waits: Vec<i64>,
    /// Conversations that each person was given.
    pub(crate) received: Vec<u32>,
    /// Given by reason.
    pub(crate) reasons: BTreeMap<&'static str, u32>,
    /// Served on another line than their own.
    pub(crate) overflowed: u32,
    /// Large ones with a junior, paired.
    pub(crate) paired: u32,
    /// Moved from a holder who did not answer.
    pub(crate) moved: u32,
    /// Still in the queue at the end, with nobody there for them.
    pub(crate) left: usize,
    /// A digest of every decision in order.
    pub(crate) trace: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrive,
    Answer(usize, i64),
    Close(usize, i64),
    Set(usize, u8),
    Tick,
}

struct Talk {
    live: Live,
    line: Option<Arc<str>>,
    large: bool,
    big: bool,
    skills: Arc<[String]>,
    left: bool,
    lead: i64,
    /// Moves of the wait that began then.
    moves: (Option<Stamp>, u32),
    /// Grows with each new holder: answers of the one before are void.
    turn: i64,
    queued: Option<(Class, Rank)>,
}

struct Shop {
    now: i64,
    by: Chance,
    plan: Plan,
    policy: Policy,
    ladder: Ladder,
    people: Vec<Candidate>,
    talks: Vec<Talk>,
    queue: Queue,
    shares: Shares,
    events: BinaryHeap<Reverse<(i64, u64, Event)>>,
    count: u64,
    out: Outcome,
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(kind: u8, n: usize) -> T {
    format!("00000000-0000-7000-8{kind:03x}-{n:012x}")
        .parse()
        .expect("a number in the form of an id")
}
fn number(thread: ThreadId) -> usize {
    let bytes = thread.bytes();
    bytes[10..].iter().fold(0, |n, b| n << 8 | usize::from(*b))
}

/// Most seconds of lead in the queue.
const LEAD: i64 = 60;
/// Seconds between two rounds of the clock.
const TICK: i64 = 5;

impl Shop {
    fn at(&self) -> Stamp {
        Stamp::from_secs(self.now)
    }
    fn plan_at(&mut self, after: i64, event: Event) {
        self.count += 1;
        self.events.push(Reverse((self.now + after, self.count, event)));
    }
    fn note(&mut self, words: &[u64]) {
        for word in words {
            self.out.trace = (self.out.trace ^ word)
                .wrapping_mul(0x100_0000_01b3)
                .rotate_left(17);
        }
    }
    fn fault(&mut self, what: String) {
        let now = self.now;
        if self.out.faults.len() < 20 {
            self.out.faults.push(format!("{now} s: {what}"));
        }
    }
    fn holder(&self, talk: usize) -> Option<usize> {
        let holder = self.talks[talk].live.holder?;
        self.people.iter().position(|p| p.person == holder)
    }
    fn waiting(&self, talk: usize) -> Option<Waiting> {
        let t = &self.talks[talk];
        Some(Waiting {
            thread: id(2, talk),
            since: t.live.queued_since.or(t.live.owed_since)?,
            line: t.line.clone(),
            last_agent: t.live.last_agent,
            large: t.large,
            big_buyer: t.big,
            skills: Arc::clone(&t.skills),
        })
    }

    /// The talk's row changed: its place in the queue and the loads follow.
    fn put(&mut self, talk: usize, live: Live) {
        let before = self.talks[talk].live.holder;
        let t = &mut self.talks[talk];
        if t.moves.0 != live.owed_since {
            t.moves = (live.owed_since, 0);
        }
        if before != live.holder {
            t.turn += 1;
        }
        t.live = live;
        if let Some((class, rank)) = t.queued.take() {
            self.queue.remove(&class, rank, id(2, talk));
        }
        if let Some(since) = t.live.queued_since.filter(|_| t.live.holder.is_none()) {
            let class = Class {
                line: t.line.clone(),
                large: t.large || t.big,
            };
            let rank = Rank::new(t.left, since, t.lead);
            self.queue.insert(class.clone(), rank, id(2, talk));
            t.queued = Some((class, rank));
        }
        self.count_loads();
    }
    fn count_loads(&mut self) {
        for person in &mut self.people {
            person.load = 0;
            person.line_loads.clear();
        }
        let index: HashMap<PersonId, usize> = self
            .people
            .iter()
            .enumerate()
            .map(|(i, p)| (p.person, i))
            .collect();
        for talk in self.talks.iter().filter(|t| t.live.conversation.is_some()) {
            let Some(holder) = talk.live.holder.and_then(|p| index.get(&p)) else {
                continue;
            };
            let person = &mut self.people[*holder];
            person.load += 1;
            if let Some(line) = talk.live.line.as_deref() {
                match person.line_loads.iter_mut().find(|(known, _)| &**known == line) {
                    Some((_, load)) => *load += 1,
                    None => person.line_loads.push((line.into(), 1)),
                }
            }
        }
    }

    fn arrive(&mut self) {
        let rough = self.plan.rough;
        let talk = if rough && !self.talks.is_empty() && self.by.percent(30) {
            (self.by.next() % self.talks.len() as u64) as usize
        } else {
            self.talks.push(Talk {
                live: Live::default(),
                line: None,
                large: false,
                big: false,
                skills: Arc::default(),
                left: false,
                lead: 0,
                moves: (None, 0),
                turn: 0,
                queued: None,
            });
            self.talks.len() - 1
        };
        let is_new = self.talks[talk].live.open_at(self.at()).is_none();
        let wanted = if rough {
            self.by.one(&[
                "pre_sales",
                "pre_sales",
                "pre_sales",
                "in_sales",
                "after_sales",
                "after_sales",
                "rescue",
            ])
        } else {
            "pre_sales"
        };
        if is_new {
            let seated: Vec<Arc<str>> = self
                .people
                .iter()
                .flat_map(|p| p.seats.iter().map(|s| Arc::clone(&s.line)))
                .collect();
            let line = yingke_domain::routing::line::waits_for(wanted, &self.ladder, &seated);
            let (large, big) = (rough && self.by.percent(10), rough && self.by.percent(6));
            let lead = if rough && self.by.percent(30) {
                self.by.of(1, LEAD)
            } else {
                0
            };
            let skill = rough && self.by.percent(20);
            let skills: Arc<[String]> = if skill {
                [(self.by.one(&["窗帘", "发票", "地毯"])).to_owned()].into()
            } else {
                Arc::default()
            };
            let left = !self.people.iter().any(|p| p.state.takes_new());
            let t = &mut self.talks[talk];
            (t.line, t.large, t.big, t.lead, t.skills, t.left) = (line, large, big, lead, skills, left);
        }
        self.count += 1;
        let new: ConversationId = id(3, self.count as usize);
        let live = self.talks[talk].live.clone();
        let from = Sender::Buyer(id(4, talk));
        let policy = self.policy.conversation;
        match conversation::receive(live, from, EntryKind::Text, false, self.at(), &policy, new) {
            Ok(mut got) => {
                if got.opened {
                    got.live.line = self.talks[talk].line.as_deref().map(str::to_owned);
                }
                let wait_began = got.began_wait;
                self.put(talk, got.live);
                if wait_began && let Some(holder) = self.holder(talk) {
                    self.expect_answer(talk, holder);
                }
            }
            Err(refused) => self.fault(format!("a buyer was refused: {refused}")),
        }
    }

    /// The holder will answer after a while, and be done after another; a sleeper sometimes much later.
    fn expect_answer(&mut self, talk: usize, holder: usize) {
        let (pace, sleeps) = (self.plan.people[holder].pace, self.plan.people[holder].sleeps);
        let slow = sleeps && self.plan.rough && self.by.percent(30);
        let secs = if slow {
            self.by.of(400, 4_000)
        } else {
            self.by.of(3, 60)
        };
        let turn = self.talks[talk].turn;
        self.plan_at(secs, Event::Answer(talk, turn));
        let length = if self.plan.rough {
            self.by.gap(pace)
        } else {
            // Spread, but never far: what is measured is the routing.
            self.by.of((pace * 0.5) as i64, (pace * 1.5) as i64)
        };
        self.plan_at(secs + length, Event::Close(talk, turn));
    }

    fn set(&mut self, person: usize, state: State) {
        self.people[person].state = state;
        if !state.takes_new() {
            self.shares.forget(self.people[person].person);
        }
        if !state.holds() {
            let who = self.people[person].person;
            for talk in 0..self.talks.len() {
                if self.talks[talk].live.holder == Some(who) {
                    let live = self.talks[talk].live.clone();
                    // One whose time has run out is over, and not anybody's.
                    let change = conversation::requeue(live.clone(), state == State::Away, self.at())
                        .or_else(|_| conversation::close(live, Closer::Idle, self.at()));
                    match change {
                        Ok(change) => self.put(talk, change.live),
                        Err(refused) => self.fault(format!("stays with somebody who left: {refused}")),
                    }
                }
            }
        }
    }

    fn assigned(&mut self, talk: usize, person: usize, reason: Reason) {
        *self.out.reasons.entry(reason.as_str()).or_default() += 1;
        self.note(&[talk as u64, person as u64, self.now as u64]);
        if self.talks[talk].live.owed_since.is_some() {
            self.expect_answer(talk, person);
        } else {
            let turn = self.talks[talk].turn;
            self.plan_at(60, Event::Close(talk, turn));
        }
    }

    fn route(&mut self) {
        while self.route_once() {}
    }

    /// True when what was given out was not there any more.
    fn route_once(&mut self) -> bool {
        let now = self.at();
        let mut again = false;
        let before: Vec<Candidate> = self.people.clone();
        let given = {
            let (talks, policy, ladder) = (&self.talks, &self.policy.routing, &self.ladder);
            let ground = Ground { ladder, policy, now };
            let look = |thread: ThreadId| {
                let t = &talks[number(thread)];
                Some(Waiting {
                    thread,
                    since: t.live.queued_since?,
                    line: t.line.clone(),
                    last_agent: t.live.last_agent,
                    large: t.large,
                    big_buyer: t.big,
                    skills: Arc::clone(&t.skills),
                })
            };
            deal(&self.queue, look, &mut self.people, &mut self.shares, &ground)
        };
        let mut taken: HashMap<(PersonId, Option<Arc<str>>), u32> = HashMap::new();
        for g in given {
            let talk = number(g.thread);
            let Some(person) = self.people.iter().position(|p| p.person == g.person) else {
                self.fault("given to nobody".to_owned());
                continue;
            };
            let was = &before[person];
            let own = taken.entry((g.person, g.why.line.clone())).or_default();
            *own += 1;
            if was.room(g.why.line.as_deref()) < *own {
                self.fault(format!("more than there was room for: {g:?}"));
            }
            if (self.talks[talk].large || self.talks[talk].big)
                && was.grade == Some(Grade::Junior)
                && !g.why.pair
            {
                self.fault("a large order with a junior alone".to_owned());
            }
            let since = self.talks[talk].live.queued_since.unwrap_or(now);
            let live = self.talks[talk].live.clone();
            match conversation::assign(live, g.person, Sender::System, now) {
                Ok(mut change) => {
                    change.live.line = g.why.line.as_deref().map(str::to_owned);
                    self.put(talk, change.live);
                }
                Err(conversation::ConversationError::NotOpen) => {
                    // Over since the last round of the clock: the place is free for the next.
                    let live = self.talks[talk].live.clone();
                    if let Ok(change) = conversation::close(live, Closer::Idle, now) {
                        self.put(talk, change.live);
                    }
                    self.count_loads();
                    again = true;
                    continue;
                }
                Err(refused) => self.fault(format!("held twice: {refused}")),
            }
            self.out.waits.push(now.secs_since(since));
            self.out.received[person] += 1;
            self.out.overflowed += u32::from(g.why.instead_of.is_some());
            self.out.paired += u32::from(g.why.pair);
            self.people[person].last_assigned_at = Some(now);
            self.assigned(talk, person, g.why.reason);
        }
        again
    }

    fn take_from_sleepers(&mut self) {
        let now = self.at();
        for talk in 0..self.talks.len() {
            let t = &self.talks[talk];
            let (live, moves) = (&t.live, t.moves.1);
            let Some(holder) = live.holder else { continue };
            let held = Held {
                owed_since: live.owed_since,
                since: live.holder_since,
                moves,
                typed_at: None,
            };
            if !is_unanswered(&held, &self.policy.routing, now) {
                continue;
            }
            let Some(mut waiting) = self.waiting(talk) else {
                continue;
            };
            waiting.line = self.talks[talk].live.line.as_deref().map(Arc::from);
            let ground = Ground {
                ladder: &self.ladder,
                policy: &self.policy.routing,
                now,
            };
            let Some(given) = take_over(&waiting, holder, &self.people, &self.shares, &ground) else {
                continue;
            };
            let live = self.talks[talk].live.clone();
            let change =
                conversation::transfer(live, holder, Target::Person(given.person), Sender::System, now);
            match change {
                Ok(change) => {
                    self.talks[talk].moves.1 += 1;
                    self.put(talk, change.live);
                    self.out.moved += 1;
                    if self.talks[talk].moves.1 > self.policy.routing.reassign_times {
                        self.fault("moved to and fro".to_owned());
                    }
                    if let Some(person) = self.holder(talk) {
                        self.people[person].last_assigned_at = Some(now);
                        self.assigned(talk, person, Reason::Unanswered);
                    }
                }
                Err(refused) => self.fault(format!("could not be moved: {refused}")),
            }
        }
    }

    /// Whether the picture keeps the rules.
    fn check(&mut self) {
        let mut faults = Vec::new();
        for p in &self.people {
            if p.load > p.capacity {
                faults.push(format!("{} of {}", p.load, p.capacity));
            }
            if !p.state.holds() && p.load > 0 {
                faults.push("held by somebody who is not there".to_owned());
            }
        }
        let ground = Ground {
            ladder: &self.ladder,
            policy: &self.policy.routing,
            now: self.at(),
        };
        let patience = self
            .policy
            .routing
            .overflow_secs
            .max(self.policy.routing.grade_secs)
            + LEAD
            + TICK;
        let waits = self.queue.iter().map(|(_, _, thread)| number(thread));
        let mut count = 0;
        for talk in waits {
            count += 1;
            let Some(w) = self.waiting(talk) else {
                faults.push("in the queue and not waiting".to_owned());
                continue;
            };
            let long = ground.now.secs_since(w.since) > patience;
            let free = choose(&w, &self.people, &self.shares, &ground).is_some();
            if free && long {
                faults.push(format!("{w:?} waits and somebody is free"));
            }
            // Whoever serves the own line and is free takes at once, unless money is in play.
            let on = w.line.as_deref();
            if !w.large && !w.big_buyer && self.people.iter().any(|p| p.is_free_for(on)) {
                faults.push(format!("{w:?} waits and the line has room"));
            }
        }
        let open = self
            .talks
            .iter()
            .filter(|t| t.live.queued_since.is_some())
            .count();
        if open != count {
            faults.push(format!("{open} wait, {count} are in the queue"));
        }
        for fault in faults {
            self.fault(fault);
        }
    }
}

/// Plays a day.
pub(crate) fn play(plan: &Plan) -> Outcome {
    let by = Chance(plan.seed ^ 0x5ea_50de);
    let people: Vec<Candidate> = plan
        .people
        .iter()
        .enumerate()
        .map(|(n, w)| Candidate {
            person: id(1, n),
            state: State::Online,
            capacity: w.capacity,
            load: 0,
            seats: w.seats.clone().into(),
            line_loads: Vec::new(),
            grade: w.grade,
            last_assigned_at: None,
        })
        .collect();
    let mut shop = Shop {
        now: 1_000,
        by,
        policy: Policy::default(),
        ladder: Ladder::default(),
        out: Outcome {
            received: vec![0; people.len()],
            ..Outcome::default()
        },
        people,
        talks: Vec::new(),
        queue: Queue::default(),
        shares: Shares::default(),
        events: BinaryHeap::new(),
        count: 0,
        plan: plan.clone(),
    };
    let end = shop.now + plan.secs;
    shop.plan_at(1, Event::Arrive);
    shop.plan_at(TICK, Event::Tick);
    if plan.rough {
        for person in 0..plan.people.len() {
            if shop.by.percent(50) {
                shop.set(person, State::Offline);
                let secs = shop.by.of(1, 3_600);
                shop.plan_at(secs, Event::Set(person, 0));
            }
            for _ in 0..shop.by.of(0, 4) {
                let (at, length) = (shop.by.of(60, plan.secs), shop.by.of(30, 2_400));
                let state = shop.by.of(1, 3) as u8;
                shop.plan_at(at, Event::Set(person, state));
                shop.plan_at(at + length, Event::Set(person, 0));
            }
        }
    }
    while let Some(Reverse((at, _, event))) = shop.events.pop() {
        if at > end {
            break;
        }
        shop.now = at;
        match event {
            Event::Arrive => {
                shop.arrive();
                let gap = shop.by.gap(plan.every);
                shop.plan_at(gap, Event::Arrive);
            }
            Event::Answer(talk, turn) if shop.talks[talk].turn == turn => {
                if let Some(holder) = shop.talks[talk].live.holder {
                    shop.count += 1;
                    let new = id(3, shop.count as usize);
                    let (live, policy) = (shop.talks[talk].live.clone(), shop.policy.conversation);
                    let from = Sender::Agent(holder);
                    if let Ok(got) =
                        conversation::receive(live, from, EntryKind::Text, false, shop.at(), &policy, new)
                    {
                        shop.talks[talk].left = false;
                        shop.put(talk, got.live);
                    }
                    if plan.rough && shop.by.percent(8) {
                        let live = shop.talks[talk].live.clone();
                        let line = (shop.by.one(&BUILT_IN[..4])).to_owned();
                        let seated = shop.people.iter().any(|p| p.serves(Some(&line)));
                        let to = Target::Line(line.clone());
                        let at = shop.at();
                        if seated && let Ok(change) = conversation::transfer(live, holder, to, from, at) {
                            shop.talks[talk].line = Some(line.into());
                            shop.put(talk, change.live);
                        }
                    }
                }
            }
            Event::Close(talk, turn) if shop.talks[talk].turn == turn => {
                let live = shop.talks[talk].live.clone();
                let at = shop.at();
                if live.owed_since.is_none()
                    && let Some(holder) = live.holder
                    && let Ok(change) = conversation::close(live, Closer::Agent(holder), at)
                {
                    shop.put(talk, change.live);
                }
            }
            Event::Answer(..) | Event::Close(..) => continue,
            Event::Set(person, state) => {
                let state =
                    [State::Online, State::Suspended, State::Away, State::Offline][usize::from(state)];
                shop.set(person, state);
            }
            Event::Tick => {
                for talk in 0..shop.talks.len() {
                    let live = shop.talks[talk].live.clone();
                    if live.next_due.is_some_and(|due| due <= shop.at())
                        && let Ok(change) = conversation::close(live, Closer::Idle, shop.at())
                    {
                        shop.put(talk, change.live);
                    }
                }
                shop.take_from_sleepers();
                shop.plan_at(TICK, Event::Tick);
            }
        }
        shop.route();
        shop.check();
    }
    shop.out.left = shop.queue.len();
    shop.out
}
