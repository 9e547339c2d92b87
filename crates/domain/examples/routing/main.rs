//! Plays days of a shop by chance and prints how the routing did.
//!
//! `cargo run --release -p yingke-domain --example routing -- [days]`

#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

mod day;

use day::{Chance, Outcome, Plan, play};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use yingke_domain::policy::Policy;
use yingke_domain::presence::State;
use yingke_domain::routing::{Candidate, Class, Ground, Ladder, Queue, Rank, Seat, Shares, Waiting, deal};
use yingke_kernel::{Stamp, ThreadId};

fn main() {
    let days: u64 = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(2_000);
    let began = Instant::now();
    let all: Vec<Outcome> = (0..days).map(|seed| play(&Plan::rough(seed))).collect();
    let faults: Vec<&String> = all.iter().flat_map(|o| &o.faults).collect();
    let mut waits: Vec<i64> = all.iter().flat_map(|o| o.waits.iter().copied()).collect();
    waits.sort_unstable();
    let at = |share: f64| {
        waits
            .get((waits.len() as f64 * share) as usize)
            .copied()
            .unwrap_or(0)
    };
    let sum = |f: fn(&Outcome) -> u64| all.iter().map(f).sum::<u64>();
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, n) in all.iter().flat_map(|o| &o.reasons) {
        *reasons.entry(reason).or_default() += u64::from(*n);
    }
    println!(
        "rough days       {days} in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    println!("assignments      {}", waits.len());
    println!("rules broken     {}", faults.len());
    faults.iter().take(5).for_each(|fault| println!("  {fault}"));
    println!(
        "waits            p50 {} s, p90 {} s, p99 {} s",
        at(0.5),
        at(0.9),
        at(0.99)
    );
    println!("by reason        {reasons:?}");
    println!("other line       {}", sum(|o| u64::from(o.overflowed)));
    println!("paired           {}", sum(|o| u64::from(o.paired)));
    println!("moved            {}", sum(|o| u64::from(o.moved)));
    println!("left at the end  {}", sum(|o| o.left as u64));

    let (mut worst, mut off_by, mut people) = (0.0f64, 0.0f64, 0u32);
    let even = days.min(500);
    for seed in 0..even {
        let plan = Plan::even(seed);
        let out = play(&plan);
        let total: f64 = out.received.iter().map(|n| f64::from(*n)).sum();
        let weights: f64 = plan.people.iter().map(|p| f64::from(p.seats[0].weight)).sum();
        for (person, got) in plan.people.iter().zip(&out.received) {
            let fair = total * f64::from(person.seats[0].weight) / weights;
            let off = (f64::from(*got) - fair).abs();
            worst = worst.max(off);
            off_by += off / fair.max(1.0);
            people += 1;
        }
    }
    println!(
        "even days        {even}: {people} people, off their weight's share by {:.2} % on the average, {worst:.1} conversations at worst",
        100.0 * off_by / f64::from(people.max(1))
    );
    speed();
}

/// What a decision costs with 20 people and 2,000 waiting.
fn speed() {
    let mut by = Chance(7);
    let lines = ["pre_sales", "in_sales", "after_sales", "rescue"];
    let person = |n: usize| {
        format!("00000000-0000-7000-8001-{n:012x}")
            .parse()
            .expect("an id")
    };
    let thread = |n: i64| -> ThreadId {
        format!("00000000-0000-7000-8002-{n:012x}")
            .parse()
            .expect("an id")
    };
    let desk: Vec<Candidate> = (0..20)
        .map(|n| Candidate {
            person: person(n),
            state: State::Online,
            capacity: 8,
            load: 8,
            seats: [Seat::on(lines[n % 4]), Seat::on(lines[(n + 1) % 4])].into(),
            line_loads: Vec::new(),
            grade: None,
            last_assigned_at: None,
        })
        .collect();
    let mut queue = Queue::default();
    let class = |n: i64| Class {
        line: Some(lines[n as usize % 4].into()),
        large: n % 10 == 0,
    };
    let rank = |n: i64| Rank::new(false, Stamp::from_secs(n), 0);
    for n in 0..2_000 {
        queue.insert(class(n), rank(n), thread(n));
    }
    let (policy, ladder) = (Policy::default().routing, Ladder::default());
    let ground = Ground {
        ladder: &ladder,
        policy: &policy,
        now: Stamp::from_secs(2_500),
    };
    let look = |id: ThreadId| {
        let n = i64::from(u32::from_be_bytes(id.bytes()[12..16].try_into().expect("four")));
        Some(Waiting {
            thread: id,
            since: Stamp::from_secs(n),
            line: class(n).line,
            last_agent: None,
            large: false,
            big_buyer: false,
            skills: Arc::default(),
        })
    };
    let mut shares = Shares::default();
    const ROUNDS: u32 = 20_000;
    let began = Instant::now();
    let mut given = 0;
    for n in 0..ROUNDS {
        let mut desk = desk.clone();
        desk[by.of(0, 19) as usize].load = 7;
        given += deal(&queue, look, &mut desk, &mut shares, &ground).len();
        // One more comes, one goes.
        let n = i64::from(n % 2_000);
        queue.remove(&class(n), rank(n), thread(n));
        queue.insert(class(n), rank(n), thread(n));
    }
    let each = began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    println!("one place free   {each:.1} us a round with 20 people and 2,000 waiting ({given} given)");
}
