//! How long a recomputation of all figures takes: derives synthetic messages and counts every cut.
//!
//! `cargo run --release -p yingke-domain --example recompute [MESSAGES]`; 1,000,000 by default. Prints the seconds of each
//! stage and the shop's totals (which depend on nothing but the number of messages).
#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

use std::{env, time::Instant};
use yingke_domain::clock::{AgentNo, Conversation, Derived, Fact, LineNo, Source, What, derive_into};
use yingke_domain::metric::{By, Report, ShopNo, Tally};
use yingke_domain::policy::{Policy, PolicyBook};
use yingke_kernel::{Stamp, Zone};

const AGENTS: u64 = 200;
const DAYS: u64 = 30;
const PER_CONVERSATION: usize = 12;

/// A small generator of numbers that look random (splitmix64).
struct Numbers(u64);
impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn main() {
    let messages: usize = env::args()
        .nth(1)
        .map_or(1_000_000, |n| n.parse().expect("a number of messages"));
    let mut random = Numbers(7);
    let start = Stamp::parse("2026-09-01T00:00:00+08:00").expect("a time");
    let mut facts = Vec::with_capacity(messages);
    while facts.len() < messages {
        let mut agent = AgentNo(random.below(AGENTS) as u32);
        let mut at = start.plus_secs((random.below(DAYS) * 86_400 + 28_800 + random.below(57_600)) as i64);
        for i in 0..PER_CONVERSATION.min(messages - facts.len()) {
            let what = match random.below(10) {
                0..5 => What::Buyer { agent: Some(agent) },
                5..9 => What::Person { agent, words: 12 },
                _ => What::Automatic { agent: Some(agent) },
            };
            facts.push(Fact {
                seq: i as i64 + 1,
                at,
                what,
            });
            at = at.plus_secs(1 + random.below(90) as i64);
            if random.below(40) == 0 {
                agent = AgentNo(random.below(AGENTS) as u32);
            }
        }
    }
    let (zone, book) = (Zone::shanghai(), PolicyBook::default());
    let policy = Policy::default();
    let as_of = start.plus_secs(60 * 86_400);
    let line_of = |agent: AgentNo| Some(LineNo(agent.0 % 3));
    let mut derived = [Derived::default()];

    let stopwatch = Instant::now();
    let mut turns = 0;
    for conversation in facts.chunks(PER_CONVERSATION) {
        derive_into(
            &Conversation {
                facts: conversation,
                source: Source::Imported,
            },
            &policy.conversation,
            as_of,
            &mut derived[0],
        );
        turns += derived[0].turns.len();
    }
    let deriving = stopwatch.elapsed();

    let mut tally = Tally::new(&zone, &book);
    let mut reports: Vec<Report> = [
        "shop,date",
        "shop,date,hour",
        "agent,date",
        "agent,date,hour",
        "line,date",
        "line,date,hour",
    ]
    .iter()
    .map(|by| Report::new(By::parse(by).expect("a grouping")))
    .collect();
    let stopwatch = Instant::now();
    let mut parts = 0u64;
    for conversation in facts.chunks(PER_CONVERSATION) {
        derive_into(
            &Conversation {
                facts: conversation,
                source: Source::Imported,
            },
            &policy.conversation,
            as_of,
            &mut derived[0],
        );
        tally.contribute(&derived, &line_of, as_of, &mut |part| {
            parts += 1;
            for report in &mut reports {
                report.add(ShopNo(0), part);
            }
        });
    }
    let all = stopwatch.elapsed();
    let rows: Vec<usize> = reports
        .iter()
        .map(|r| {
            r.rows(
                |_| "main".into(),
                |a| a.0.to_string().into(),
                |l| l.0.to_string().into(),
            )
            .len()
        })
        .collect();
    println!("{messages} messages, {turns} turns, {parts} parts, rows {rows:?}");
    println!(
        "turns alone {:.3} s; turns and all six cuts {:.3} s",
        deriving.as_secs_f64(),
        all.as_secs_f64()
    );
}
