//! The guard against labelled sentences and real talk. `cargo test -p yingke-domain --test guard -- --nocapture` prints
//! the table of docs/guard.md.

#![expect(clippy::print_stdout, reason = "the table of docs/guard.md")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use yingke_domain::guard::{Context, Ruleset, Severity, Verdict, read};
use yingke_domain::policy::Policy;

fn lines(path: &Path) -> Option<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(
        text.lines()
            .map(|l| l.split('\t').map(str::to_owned).collect())
            .collect(),
    )
}

/// Right findings, findings of a rule that is not labelled, labelled ones that were missed.
#[derive(Default)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Score {
    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }
    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

#[test]
fn labelled_sentences_are_judged_as_they_are_labelled() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/guard_cases.tsv");
    let cases = lines(&path).expect("tests/guard_cases.tsv");
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let (mut same, mut clean, mut false_alarms, mut false_blocks) = (0, 0, 0, 0);
    let all = cases.len() - 1;
    for case in &cases[1..] {
        let (rule, verdict, question, text) = (&case[0], &case[2], &case[3], &case[4]);
        let context = Context {
            question,
            ..Context::default()
        };
        let reading = read(text, &context, &rules);
        let found: Vec<&str> = reading.findings.iter().map(|f| f.rule).collect();
        same += u32::from(reading.verdict.as_str() == verdict);
        if rule.is_empty() {
            clean += 1;
            false_alarms += u32::from(reading.verdict > Verdict::Hint);
            false_blocks += u32::from(reading.verdict == Verdict::Block);
        }
        let hit = !rule.is_empty() && found.contains(&rule.as_str());
        if !rule.is_empty() {
            let score = scores.entry(rule.clone()).or_default();
            if hit { score.right += 1 } else { score.missed += 1 }
        }
        // Of a sentence that is labelled for one rule, findings of others count only when they are graver than its verdict.
        for f in &reading.findings {
            let graver = match verdict.as_str() {
                "clean" => true,
                "hint" => f.severity > Severity::Hint,
                "warn" => f.severity > Severity::Warn,
                _ => false,
            };
            if f.rule != rule && graver {
                scores.entry(f.rule.to_owned()).or_default().wrong += 1;
            }
        }
        if reading.verdict.as_str() != verdict || (!rule.is_empty() && !hit) {
            println!(
                "{rule:12} {verdict:6} {:6} {found:?} [{question}] {text}",
                reading.verdict.as_str()
            );
        }
    }
    let mut total = Score::default();
    println!("| rule | right | wrong | missed | precision | recall |\n|---|---|---|---|---|---|");
    for (rule, s) in &scores {
        println!(
            "| {rule} | {} | {} | {} | {:.2} | {:.2} |",
            s.right,
            s.wrong,
            s.missed,
            s.precision(),
            s.recall()
        );
        total.right += s.right;
        total.wrong += s.wrong;
        total.missed += s.missed;
    }
    println!(
        "| all | {} | {} | {} | {:.3} | {:.3} |",
        total.right,
        total.wrong,
        total.missed,
        total.precision(),
        total.recall()
    );
    println!(
        "same verdict {same} of {all}; clean {clean}: {false_alarms} warned or blocked, {false_blocks} blocked"
    );
    assert!(total.precision() >= FLOOR.0, "precision {}", total.precision());
    assert!(total.recall() >= FLOOR.1, "recall {}", total.recall());
    assert!(
        false_blocks * 100 <= clean,
        "{false_blocks} of {clean} clean sentences were blocked"
    );
}

/// Precision and recall below which a change has made it worse; the figures are in docs/guard.md.
const FLOOR: (f64, f64) = (0.97, 0.96);

#[test]
fn at_most_one_real_answer_in_a_hundred_is_blocked_wrongly() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ecd_dialogue_sample.tsv");
    let Some(talks) = lines(&path) else {
        eprintln!("SKIPPED: ../shared/data/ecd_dialogue_sample.tsv is not there");
        return;
    };
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let (mut answers, mut false_blocks, mut counts) = (0, 0, [0; 4]);
    for talk in talks.iter().filter(|t| t[0] == "1" && t.len() > 2) {
        let bare = |n: usize| talk[n].replace(' ', "");
        let (question, answer) = (bare(talk.len() - 2), bare(talk.len() - 1));
        let context = Context {
            question: &question,
            ..Context::default()
        };
        let reading = read(&answer, &context, &rules);
        answers += 1;
        counts[reading.verdict as usize] += 1;
        if reading.verdict == Verdict::Block {
            // Shops of that time did offer cash back and ask for the other channel: those blocks are right.
            let right = (answer.contains('返') && answer.contains("好评") | answer.contains("好平"))
                || (answer.contains('微') && answer.contains('信'));
            false_blocks += u32::from(!right);
            println!(
                "{} {answer} {:?}",
                if right { "right" } else { "FALSE" },
                reading.findings
            );
        } else if reading.verdict == Verdict::Warn {
            println!(
                "warn {answer} {:?}",
                reading.findings.iter().map(|f| f.rule).collect::<Vec<_>>()
            );
        }
    }
    println!("{answers} answers: clean, hint, warn, block = {counts:?}; false blocks {false_blocks}");
    assert!(false_blocks * 100 <= answers, "{false_blocks} of {answers}");
}

#[test]
fn the_stock_of_phrases_is_neither_blocked_nor_warned_of() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../app/src/phrase/stock");
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let questions: Vec<(&str, Vec<&str>)> = include_str!("suggest_cases.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(question, groups)| (question, groups.split(',').collect()))
        .collect();
    let mut read_count = 0;
    let mut faults = Vec::new();
    for file in std::fs::read_dir(&folder).expect("the stock of phrases") {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for row in text.lines().skip(1) {
            // scene,group,code,level,stage,title,text,follow
            let cells = cells(row);
            // By itself, and as the answer to each question that its group answers.
            let asked = questions
                .iter()
                .filter(|(_, groups)| groups.iter().any(|g| cells[1].starts_with(g)));
            let asked: Vec<&str> = asked.map(|(question, _)| *question).collect();
            let texts = cells.iter().skip(6).map(|cell| ("", cell));
            let answers = asked.iter().map(|question| (*question, &cells[6]));
            for (question, cell) in texts.chain(answers) {
                let context = Context {
                    question,
                    ..Context::default()
                };
                let reading = read(cell, &context, &rules);
                read_count += 1;
                if reading.verdict >= Verdict::Warn {
                    let why: Vec<_> = reading
                        .findings
                        .iter()
                        .map(|f| (f.rule, f.reason, f.from, f.to))
                        .collect();
                    faults.push(format!("[{question}] {cell} {why:?}"));
                }
            }
        }
    }
    println!("{read_count} texts of the stock");
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in row.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}
