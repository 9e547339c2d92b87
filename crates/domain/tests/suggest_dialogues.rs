//! How good suggestions are, judged on real dialogues (recall@k of 10) and on questions of ours against the stock of phrases.
//!
//! `cargo test -p yingke-domain --test suggest_dialogues -- --nocapture` prints the table of `docs/suggestions.md`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use yingke_domain::stage::Stage;
use yingke_domain::suggest::learn::{Frequencies, Learnt, Pair, cosine};
use yingke_domain::suggest::rank::{Asked, Card, Entry, FEATURES, Index, NAMES, Ranker, WEIGHTS, digest};
use yingke_domain::suggest::words::{Lexicon, Reading};

/// Lines of the sample that are 100 contexts with 10 candidates, the true one first.
const TESTED: usize = 1_000;

struct Line {
    label: bool,
    turns: Vec<String>,
    reply: String,
}

/// The sample, `None` (said aloud) where it is not at hand: it has no licence and is no part of the repository.
fn sample() -> Option<Vec<Line>> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/ecd_dialogue_sample.tsv"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!(
            "SKIPPED: no ../shared/data/ecd_dialogue_sample.tsv, suggestions are not judged on real dialogues"
        );
        return None;
    };
    let lines = text.lines().map(|line| {
        let mut cells: Vec<String> = line.split('\t').map(joined).collect();
        let reply = cells.pop().unwrap();
        Line {
            label: cells.remove(0) == "1",
            turns: cells,
            reply,
        }
    });
    Some(lines.collect())
}

/// The sample parts words by blanks; people do not.
fn joined(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let kept = |at: usize| {
        let latin = |at: Option<usize>| {
            at.and_then(|at| chars.get(at))
                .is_some_and(char::is_ascii_alphanumeric)
        };
        chars[at] != ' ' || (latin(at.checked_sub(1)) && latin(Some(at + 1)))
    };
    (0..chars.len())
        .filter(|at| kept(*at))
        .map(|at| chars[at])
        .collect()
}

/// Speakers take turns and the reply is the shop's.
fn talk(turns: &[String]) -> Vec<(bool, &str)> {
    let shop = |at: usize| (turns.len() - at).is_multiple_of(2);
    turns
        .iter()
        .enumerate()
        .map(|(at, turn)| (shop(at), turn.as_str()))
        .collect()
}

/// How many candidates are better than the true one (the first), and how many are as good.
type Place = (usize, usize);

fn place(scores: &[f32]) -> Place {
    let others = &scores[1..];
    (
        others.iter().filter(|s| **s > scores[0]).count(),
        others.iter().filter(|s| **s == scores[0]).count(),
    )
}

/// Share of contexts whose true answer is among the first `k`; ties are broken by chance.
fn recall(places: &[Place], k: usize) -> f64 {
    let shares = places
        .iter()
        .map(|(better, same)| (k.saturating_sub(*better) as f64 / (*same as f64 + 1.0)).min(1.0));
    shares.sum::<f64>() / places.len() as f64
}

fn show(name: &str, places: &[Place]) {
    let at: Vec<String> = [1, 2, 5].map(|k| format!("{:.3}", recall(places, k))).to_vec();
    eprintln!("{name:44} {}", at.join("  "));
}

/// BM25 (k1 1.2, b 0.75) as everybody has it.
struct Bm25 {
    of: HashMap<String, f32>,
    texts: f32,
    mean: f32,
}

impl Bm25 {
    fn new(texts: impl Iterator<Item = Vec<String>>) -> Self {
        let (mut of, mut count, mut len) = (HashMap::new(), 0.0, 0.0);
        for words in texts {
            count += 1.0;
            len += words.len() as f32;
            for word in words.into_iter().collect::<BTreeSet<_>>() {
                *of.entry(word).or_insert(0.0) += 1.0;
            }
        }
        Self {
            of,
            texts: count,
            mean: len / count,
        }
    }
    fn score(&self, query: &[String], text: &[String]) -> f32 {
        let query: BTreeSet<&String> = query.iter().collect();
        let word = |word: &String| {
            let n = text.iter().filter(|other| *other == word).count() as f32;
            let of = self.of.get(word).copied().unwrap_or(0.0);
            let idf = (1.0 + (self.texts - of + 0.5) / (of + 0.5)).ln();
            idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * text.len() as f32 / self.mean))
        };
        query.into_iter().map(word).sum()
    }
}

type Cut = fn(&str, &Lexicon) -> Vec<String>;

fn characters(text: &str, _: &Lexicon) -> Vec<String> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(String::from)
        .collect()
}

fn pairs_of(text: &str, _: &Lexicon) -> Vec<String> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

fn our_words(text: &str, lexicon: &Lexicon) -> Vec<String> {
    lexicon
        .read(text)
        .tokens
        .iter()
        .map(|t| t.id.to_string())
        .collect()
}

struct Dialogues {
    turns: Vec<Vec<String>>,
    read: Vec<Vec<Reading>>,
    /// Dialogues with the same beginning are one: the first of them.
    origin: Vec<usize>,
    pairs: Vec<Pair>,
}

impl Dialogues {
    fn new(lines: &[Line], lexicon: &Lexicon) -> Self {
        let turns: Vec<Vec<String>> = lines
            .iter()
            .filter(|line| line.label)
            .map(|line| line.turns.iter().chain([&line.reply]).cloned().collect())
            .collect();
        let mut first = BTreeMap::new();
        let origin: Vec<usize> = turns
            .iter()
            .enumerate()
            .map(|(no, turns)| *first.entry(turns[..2].to_vec()).or_insert(no))
            .collect();
        let read: Vec<Vec<Reading>> = turns
            .iter()
            .map(|turns| turns.iter().map(|turn| lexicon.read(turn)).collect())
            .collect();
        let mut pairs = Vec::new();
        for (no, turns) in turns.iter().enumerate() {
            for at in Self::answers(turns.len()) {
                let mut question = read[no][at - 1].clone();
                let before = at.checked_sub(2).map(|at| &read[no][at]);
                if before.is_none() {
                    question.asks |= lexicon.ask("opening");
                }
                let sent = digest(&[&turns[at]]);
                pairs.push(Pair::new(
                    origin[no] as u64,
                    0,
                    sent,
                    &question,
                    before,
                    &read[no][at],
                ));
            }
        }
        Self {
            turns,
            read,
            origin,
            pairs,
        }
    }
    /// Turns of the shop in a dialogue of so many.
    fn answers(turns: usize) -> impl Iterator<Item = usize> {
        (1..turns).filter(move |at| (turns - at) % 2 == 1)
    }
    /// What is known without some dialogues.
    fn without(&self, left_out: impl Fn(usize) -> bool, learn: bool) -> (Frequencies, Learnt) {
        let mut frequencies = Frequencies::default();
        for (no, read) in self
            .read
            .iter()
            .enumerate()
            .filter(|(no, _)| !left_out(self.origin[*no]))
        {
            let _ = no;
            read.iter().for_each(|turn| frequencies.add(&turn.ids()));
        }
        let pairs = self
            .pairs
            .iter()
            .filter(|p| learn && !left_out(p.origin as usize));
        (frequencies, Learnt::new(pairs.cloned().collect(), 0))
    }
}

/// What speaks for each of the ten candidates of each context. What is learnt comes from the other dialogues alone.
fn tested(lines: &[Line], all: &Dialogues, lexicon: &Lexicon, learn: bool) -> Vec<Vec<[f32; FEATURES]>> {
    let contexts = lines[..TESTED].chunks(10).enumerate().map(|(no, lines)| {
        assert!(lines[0].label && lines[1..].iter().all(|line| !line.label));
        let (frequencies, learnt) = all.without(|origin| origin == all.origin[no], learn);
        let ranker = Ranker {
            frequencies: &frequencies,
            learnt: &learnt,
        };
        let asked = Asked::read(lexicon, &talk(&lines[0].turns));
        let near = learnt.near(lexicon, &asked.question, asked.before.as_ref());
        let question = ranker.question(&asked, &near);
        let card = |line: &Line| Card::new(&lexicon.read(&line.reply), None);
        lines
            .iter()
            .map(|line| ranker.features(&question, &card(line)))
            .collect()
    });
    contexts.collect()
}

fn places(contexts: &[Vec<[f32; FEATURES]>], weights: &[f32; FEATURES]) -> Vec<Place> {
    let score = |f: &[f32; FEATURES]| f.iter().zip(weights).map(|(f, w)| f * w).sum::<f32>();
    contexts
        .iter()
        .map(|candidates| place(&candidates.iter().map(score).collect::<Vec<f32>>()))
        .collect()
}

#[test]
fn on_real_dialogues_ours_finds_the_answer_about_twice_as_often_as_bm25() {
    let Some(lines) = sample() else { return };
    let lexicon = Lexicon::built_in().unwrap();
    let all = Dialogues::new(&lines, &lexicon);
    eprintln!("{:44} r@1    r@2    r@5", "100 contexts, 10 candidates each");
    let mut baseline: f64 = 0.0;
    for (name, cut) in [
        ("characters", characters as Cut),
        ("pairs", pairs_of),
        ("our words", our_words),
    ] {
        let bm25 = Bm25::new(all.turns.iter().flatten().map(|turn| cut(turn, &lexicon)));
        for (of, whole) in [("question", false), ("whole talk", true)] {
            let found: Vec<Place> = lines[..TESTED]
                .chunks(10)
                .map(|candidates| {
                    let turns = &candidates[0].turns;
                    let from = if whole { 0 } else { turns.len() - 1 };
                    let query = cut(&turns[from..].join(" "), &lexicon);
                    let scores = candidates
                        .iter()
                        .map(|line| bm25.score(&query, &cut(&line.reply, &lexicon)));
                    place(&scores.collect::<Vec<f32>>())
                })
                .collect();
            show(&format!("BM25, {name}, {of}"), &found);
            baseline = baseline.max(recall(&found, 1));
        }
    }
    let without = places(&tested(&lines, &all, &lexicon, false), &WEIGHTS);
    show("ours, nothing learnt", &without);
    let features = tested(&lines, &all, &lexicon, true);
    let mut mute = WEIGHTS;
    mute[NAMES.iter().position(|name| *name == "voice").unwrap()] = 0.0;
    show(
        "ours, learnt, without the manner of address",
        &places(&features, &mute),
    );
    let ours = places(&features, &WEIGHTS);
    show("ours, learnt from the other dialogues", &ours);
    for (k, floor) in [(1, FLOOR[0]), (2, FLOOR[1]), (5, FLOOR[2])] {
        let share = recall(&ours, k);
        let error = (share * (1.0 - share) / ours.len() as f64).sqrt();
        eprintln!("r@{k} {share:.3}, standard error {error:.3}");
        assert!(
            share >= floor,
            "recall@{k} fell to {share:.3}, it was at least {floor}"
        );
    }
    assert!(recall(&ours, 1) >= 1.5 * baseline, "BM25 reaches {baseline:.3}");
}

/// A bit under what was reached.
const FLOOR: [f64; 3] = [0.25, 0.34, 0.60];

/// Fits the weights on the turns within the dialogues, never on the answers of the 100 contexts. Prints them; they are rounded by
/// hand into `rank::WEIGHTS`. Eight parts: what is learnt, and the wrong answers, come from dialogues of different parts.
#[test]
#[ignore = "a tool: run it by name when features change"]
fn fit_the_weights() {
    const PARTS: usize = 8;
    let Some(lines) = sample() else { return };
    let lexicon = Lexicon::built_in().unwrap();
    let all = Dialogues::new(&lines, &lexicon);
    let mut examples: Vec<Vec<[f32; FEATURES]>> = Vec::new();
    for part in 0..PARTS {
        let (frequencies, learnt) = all.without(|origin| origin % PARTS == part, true);
        let ranker = Ranker {
            frequencies: &frequencies,
            learnt: &learnt,
        };
        let mut pool: Vec<(usize, usize)> = Vec::new();
        for (no, turns) in all
            .turns
            .iter()
            .enumerate()
            .filter(|(no, _)| all.origin[*no] % PARTS == part)
        {
            let tested = |at: usize| no < TESTED / 10 && at == turns.len() - 1;
            pool.extend(
                Dialogues::answers(turns.len())
                    .filter(|at| !tested(*at))
                    .map(|at| (no, at)),
            );
        }
        for (no, at) in &pool {
            let asked = Asked::read(&lexicon, &talk(&all.turns[*no][..*at]));
            let near = learnt.near(&lexicon, &asked.question, asked.before.as_ref());
            let question = ranker.question(&asked, &near);
            let mut whole: Vec<u32> = (at.saturating_sub(5)..*at)
                .flat_map(|at| all.read[*no][at].ids())
                .collect();
            whole.sort_unstable();
            whole.dedup();
            let mut wrong: Vec<(f32, usize, usize)> = pool
                .iter()
                .filter(|(n, a)| {
                    all.origin[*n] != all.origin[*no] && all.turns[*n][*a] != all.turns[*no][*at]
                })
                .map(|(n, a)| (cosine(&whole, &all.read[*n][*a].ids(), &frequencies), *n, *a))
                .collect();
            wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
            // Five that share words, as in the sample, and four of any kind.
            let apart = (wrong.len() - 5) / 4;
            let picked = wrong[..5]
                .iter()
                .chain(wrong[5..].iter().step_by(apart.max(1)).take(4));
            let candidates = std::iter::once((*no, *at)).chain(picked.map(|(_, n, a)| (*n, *a)));
            let card = |n: usize, a: usize| Card::new(&all.read[n][a], None);
            examples.push(
                candidates
                    .map(|(n, a)| ranker.features(&question, &card(n, a)))
                    .collect(),
            );
        }
    }
    let mut weights = [0.0_f32; FEATURES];
    for step in 0..600 {
        let mut slope = [0.0_f32; FEATURES];
        for candidates in &examples {
            let score = |f: &[f32; FEATURES]| f.iter().zip(&weights).map(|(f, w)| f * w).sum::<f32>();
            let powers: Vec<f32> = candidates.iter().map(|f| score(f).exp()).collect();
            let sum: f32 = powers.iter().sum();
            for k in 0..FEATURES {
                slope[k] += candidates[0][k];
                slope[k] -= candidates
                    .iter()
                    .zip(&powers)
                    .map(|(f, p)| f[k] * p / sum)
                    .sum::<f32>();
            }
        }
        for k in 0..FEATURES {
            let rate = 3.0 / (1.0 + step as f32 / 100.0);
            weights[k] += rate * (slope[k] / examples.len() as f32 - 0.001 * weights[k]);
        }
    }
    eprintln!("{:?}", NAMES.iter().zip(weights).collect::<Vec<_>>());
    show(
        "fitted, on what they were fitted on",
        &places(&examples, &weights),
    );
}

struct Stock {
    group: String,
    code: String,
    level: i64,
    stage: Option<Stage>,
    title: String,
    text: String,
}

fn stock() -> Vec<Stock> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src/phrase/stock");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let mut stock = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        stock.extend(text.lines().skip(1).map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let own = |at: usize| cells[at].to_owned();
            Stock {
                group: own(1),
                code: own(2),
                level: own(3).parse().unwrap(),
                stage: Stage::parse(cells[4]),
                title: own(5),
                text: own(6),
            }
        }));
    }
    stock
}

#[test]
fn on_our_questions_the_stock_has_an_answer_among_three() {
    let lexicon = Lexicon::built_in().unwrap();
    let stock = stock();
    let index = Index::new(
        &lexicon,
        stock.iter().enumerate().map(|(key, s)| Entry {
            key,
            text: &s.text,
            title: &s.title,
            group: &s.group,
            code: &s.code,
            level: s.level,
            stage: s.stage,
            used: 0,
            sent: [key as u64; 2],
        }),
    );
    let all = |s: &Stock| pairs_of(&format!("{} {} {}", s.group, s.title, s.text), &lexicon);
    let bm25 = Bm25::new(stock.iter().map(all));
    let cases = include_str!("suggest_cases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let (mut count, mut ours, mut theirs) = (0.0, [0.0; 2], [0.0; 2]);
    for case in cases {
        let (question, groups) = case.split_once('\t').unwrap();
        let right = |no: usize| groups.split(',').any(|group| stock[no].group.starts_with(group));
        assert!(
            (0..stock.len()).any(right),
            "no phrase of the stock answers {question}"
        );
        let asked = Asked::read(&lexicon, &[(false, question)]);
        let hits: Vec<usize> = index
            .suggest(&lexicon, &Learnt::default(), &asked, None, 3)
            .iter()
            .map(|h| h.key)
            .collect();
        let query = pairs_of(question, &lexicon);
        let mut plain: Vec<(f32, usize)> = stock
            .iter()
            .map(|s| bm25.score(&query, &all(s)))
            .zip(0..)
            .collect();
        plain.sort_by(|a, b| b.0.total_cmp(&a.0));
        let plain: Vec<usize> = plain.iter().filter(|p| p.0 > 0.0).take(3).map(|p| p.1).collect();
        count += 1.0;
        for (found, sums) in [(&hits, &mut ours), (&plain, &mut theirs)] {
            for (sum, k) in sums.iter_mut().zip([1, 3]) {
                *sum += f64::from(u8::from(found.iter().take(k).any(|no| right(*no))));
            }
        }
        if !hits.iter().any(|no| right(*no)) {
            eprintln!(
                "missed: {question} -> {:?}",
                hits.iter()
                    .map(|no| (&stock[*no].group, &stock[*no].title))
                    .collect::<Vec<_>>()
            );
        }
    }
    let share = |sums: [f64; 2]| sums.map(|sum| sum / count);
    eprintln!(
        "{count} questions of ours, first / first three: ours {:.2?}, BM25 of pairs {:.2?}",
        share(ours),
        share(theirs)
    );
    assert!(
        share(ours)[0] >= 0.75 && share(ours)[1] >= 0.90,
        "the stock is found less well than it was"
    );
    assert!(ours[1] > theirs[1]);
}
