//! What suggestions cost: time of a question and memory of an index, with many phrases and many learnt turns.
//!
//! `cargo run --release -p yingke-domain --example suggest [PHRASES [TURNS]]`; 10,000 and 20,000 by default. Texts are drawn
//! from the words of the trade. Memory is what the process grew by (`VmRSS`, Linux).
#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

use std::time::Instant;
use yingke_domain::suggest::learn::{Learnt, Pair};
use yingke_domain::suggest::rank::{Asked, Entry, Index, digest};
use yingke_domain::suggest::words::Lexicon;

/// A small generator of numbers that look random (splitmix64).
struct Numbers(u64);
impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

fn resident_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

fn main() {
    let mut args = std::env::args()
        .skip(1)
        .map(|n| n.parse::<usize>().expect("a number"));
    let phrases = args.next().unwrap_or(10_000);
    let turns = args.next().unwrap_or(20_000);
    let mut step = (resident_kib(), Instant::now());
    let mut told = |what: &str| {
        let now = resident_kib();
        println!(
            "{what}: {:.1} ms, +{} KiB",
            step.1.elapsed().as_secs_f64() * 1e3,
            now - step.0
        );
        step = (now, Instant::now());
    };
    let lexicon = Lexicon::built_in().expect("the words of the trade");
    told("words");
    let words: Vec<String> = lexicon.words().collect();
    let mut random = Numbers(7);
    let mut text = |many: usize| -> String {
        let piece = |random: &mut Numbers| {
            // Half of it is characters that no list has.
            let other: String = (0..2)
                .filter_map(|_| char::from_u32(0x4e00 + random.below(3_000) as u32))
                .collect();
            format!("{}{other}", words[random.below(words.len())])
        };
        (0..many)
            .map(|_| piece(&mut random))
            .collect::<Vec<_>>()
            .join("，")
    };
    let index = {
        let texts: Vec<(String, String)> = (0..phrases).map(|_| (text(2), text(12))).collect();
        told("(making phrases)");
        let entries = texts.iter().enumerate().map(|(key, (title, text))| Entry {
            key,
            text,
            title,
            group: "",
            code: "",
            level: 1,
            stage: None,
            used: 0,
            sent: [digest(&[text]); 2],
        });
        let index = Index::new(&lexicon, entries);
        told(&format!("index of {} phrases of some 60 characters", index.len()));
        index
    };
    let pairs = (0..turns).map(|origin| {
        let (question, answer) = (text(3), text(6));
        Pair::new(
            origin as u64,
            0,
            digest(&[&answer]),
            &lexicon.read(&question),
            None,
            &lexicon.read(&answer),
        )
    });
    let learnt = Learnt::new(pairs.collect(), 0);
    told(&format!("memory of {} turns", learnt.len()));
    let mut times: Vec<f64> = (0..500)
        .map(|_| {
            let question = text(3);
            let begun = Instant::now();
            let asked = Asked::read(&lexicon, &[(true, "您好"), (false, &question)]);
            let hits = index.suggest(&lexicon, &learnt, &asked, None, 5);
            assert!(hits.len() <= 5);
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "a question: median {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        times[250], times[494], times[499]
    );
}
