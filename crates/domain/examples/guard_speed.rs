//! What reading a draft costs with 100,000 words of the shop, at the door by its words alone, and with the talk around it: `cargo run --release -p yingke-domain --example guard_speed`.

use std::hint::black_box;
use std::time::Instant;
use yingke_domain::guard::{Context, Lexicon, Ruleset, Severity, ShopWord, read, read_alone};
use yingke_domain::policy::Policy;

#[expect(clippy::print_stdout, reason = "a figure to read")]
fn main() {
    let policy = Policy::default().guard;
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let words: Vec<ShopWord> = (0..100_000)
        .map(|_| ShopWord {
            word: (0..2 + next(5))
                .filter_map(|_| char::from_u32(0x4e00 + next(3_000) as u32))
                .collect(),
            severity: Severity::Warn,
            better: String::new(),
        })
        .collect();
    let begun = Instant::now();
    let lexicon = Lexicon::shop(&words);
    println!(
        "{} words: built in {:?}, {} KiB",
        lexicon.len(),
        begun.elapsed(),
        lexicon.bytes() / 1024
    );
    let drafts = [
        "亲，这款肯定不起球不掉色，您可以放心拍",
        "您好，这款面料做过抗起球处理，建议30℃以下轻柔机洗，反面晾干，能减少起球和褪色，洗护方法也印在侧边的水洗标上。",
        "订单339102764412已经安排了，预计明天发出，发出后您在订单里能看到单号，有问题随时找我。",
    ];
    let long = drafts.concat().repeat(20);
    let said = vec![drafts[1].to_owned(); 15];
    let asked = "可以开发票吗，七天无理由能退吗，几天发货，京东有店吗，".repeat(70);
    let talks = [
        ("alone", None),
        (
            "usual talk",
            Some(Context {
                question: "可以开发票吗",
                said: &said,
                stock: Some(3),
                ..Context::default()
            }),
        ),
        (
            "longest talk",
            Some(Context {
                question: &asked,
                said: &said,
                stock: Some(3),
                ..Context::default()
            }),
        ),
    ];
    for (name, text) in [
        ("short", drafts[0]),
        ("usual", drafts[1]),
        ("numbers", drafts[2]),
        ("longest", &long),
    ] {
        for words in [None, Some(&lexicon)] {
            let rules = Ruleset {
                policy: &policy,
                words,
            };
            for (talk, context) in &talks {
                let once = || match context {
                    None => drop(black_box(read_alone(
                        black_box(text),
                        &Context::default(),
                        &rules,
                    ))),
                    Some(context) => drop(black_box(read(black_box(text), context, &rules))),
                };
                once();
                let rounds = if text.len() > 1_000 { 200 } else { 5_000 };
                let begun = Instant::now();
                for _ in 0..rounds {
                    once();
                }
                println!(
                    "{name:8} {:4} characters, {:7} words of the shop, {talk}: {:.1} µs",
                    text.chars().count(),
                    words.map_or(0, Lexicon::len),
                    begun.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
                );
            }
        }
    }
}
