use super::learn::{Learnt, Pair};
use super::rank::{Asked, Entry, Index, about, digest, marks};
use super::words::{Kind, Lexicon, scene_id};
use crate::stage::Stage;
use proptest::prelude::*;

fn lexicon() -> Lexicon {
    Lexicon::built_in().unwrap()
}

fn entry<'a>(key: usize, title: &'a str, text: &'a str, code: &'a str, level: i64) -> Entry<'a, usize> {
    Entry {
        key,
        text,
        title,
        group: "",
        code,
        level,
        stage: None,
        used: 0,
        sent: [digest(&[text]); 2],
    }
}

fn pair(lexicon: &Lexicon, origin: u64, day: i32, question: &str, answer: &str) -> Pair {
    let (question, reading) = (lexicon.read(question), lexicon.read(answer));
    Pair::new(origin, day, digest(&[answer]), &question, None, &reading)
}

const PHRASES: [(&str, &str); 4] = [
    ("发什么快递", "我们发顺丰或中通"),
    ("运费谁出", "满一百包邮，不满收八元"),
    ("何时发货", "付款后两天内发出"),
    ("能不能开发票", "可以开电子发票，请发抬头"),
];

fn index(lexicon: &Lexicon) -> Index<usize> {
    let phrases = PHRASES.iter().enumerate();
    Index::new(
        lexicon,
        phrases.map(|(key, (title, text))| entry(key, title, text, "", 1)),
    )
}

fn best_of(question: &[&str]) -> Option<usize> {
    let lexicon = lexicon();
    let talk: Vec<(bool, &str)> = question.iter().map(|text| (false, *text)).collect();
    let hits = index(&lexicon).suggest(
        &lexicon,
        &Learnt::default(),
        &Asked::read(&lexicon, &talk),
        None,
        1,
    );
    hits.first().map(|hit| hit.key)
}

fn best(question: &str, learnt: &Learnt) -> Vec<usize> {
    let lexicon = lexicon();
    let asked = Asked::read(&lexicon, &[(false, question)]);
    let hits = index(&lexicon).suggest(&lexicon, learnt, &asked, None, 3);
    hits.into_iter().map(|hit| hit.key).collect()
}

#[test]
fn different_words_for_one_matter_are_one_scene() {
    let lexicon = lexicon();
    let freight = scene_id("freight");
    for text in ["邮费多少", "可以包邮吗", "运费谁付", "免邮不", "快递费贵"] {
        let reading = lexicon.read(text);
        assert!(
            reading
                .tokens
                .iter()
                .any(|t| t.id == freight && t.kind == Kind::Scene),
            "{text}"
        );
    }
    assert!(!lexicon.read("什么颜色").ids().contains(&freight));
}

#[test]
fn a_sentence_is_read_for_what_it_does() {
    let lexicon = lexicon();
    for (text, act) in [
        ("什么时候发货", "when"),
        ("多少钱", "price"),
        ("谢谢啦", "thanks"),
        ("拍好了", "ordered"),
        ("好的", "ack"),
    ] {
        let reading = lexicon.read(text);
        assert!(lexicon.ask_names(reading.asks).contains(&act), "{text}");
    }
    // A single character that is the whole sentence is a yes; within another word it is not.
    assert!(
        !lexicon
            .ask_names(lexicon.read("质量好不好").asks)
            .contains(&"ack")
    );
    assert!(
        lexicon
            .answer_names(lexicon.read("预计{ship_date}发出").answers)
            .contains(&"time")
    );
}

#[test]
fn a_file_of_words_that_names_an_unknown_act_is_refused() {
    let text = "courtesy=\"\"\n[scene]\n[words]\n[voice]\nwords=\"亲\"\nstop=\"哦\"\n[ask]\nwhen=\"几点\"\n[answer]\n[expect]\nwhen=\"time\"\n";
    assert!(Lexicon::parse(text).unwrap_err().contains("time is no act"));
}

#[test]
fn the_answer_is_found_by_other_words_than_the_buyers() {
    let nothing = Learnt::default();
    assert_eq!(best("邮费要多少", &nothing)[0], 1);
    assert_eq!(best("能走韵达吗", &nothing)[0], 0);
    assert_eq!(best("多久能寄出", &nothing)[0], 2);
    assert_eq!(best("票据抬头写公司", &nothing)[0], 3);
    assert!(
        best("窗外下雨了", &nothing).is_empty(),
        "nothing is worth showing"
    );
}

#[test]
fn what_was_sent_to_such_questions_comes_first_and_is_forgotten_with_its_thread() {
    let lexicon = lexicon();
    let question = "东西啥时候能寄到我这";
    let before = best(question, &Learnt::default());
    let others = [
        "有大号吗",
        "可以便宜点吗",
        "这个掉色吗",
        "怎么安装",
        "有发票吗",
        "地址错了",
        "坏了怎么办",
        "谢谢",
        "东西收到了",
        "我这能用吗",
    ];
    let other = others
        .iter()
        .map(|question| pair(&lexicon, 9, 0, question, "好的"));
    let same = (0..5).map(|origin| pair(&lexicon, origin, 0, "啥时候能寄到", PHRASES[0].1));
    let taught: Vec<Pair> = same.chain(other).collect();
    assert_ne!(before.first(), Some(&0));
    assert_eq!(best(question, &Learnt::new(taught.clone(), 0))[0], 0);
    let mut forgetful = Learnt::new(taught, 0);
    for origin in [0, 1, 2, 3, 4, 9] {
        forgetful.forget(origin);
    }
    assert_eq!(best(question, &forgetful), before);
    assert!(forgetful.is_empty());
}

#[test]
fn what_was_learnt_long_ago_counts_less() {
    let lexicon = lexicon();
    let pairs = vec![
        pair(&lexicon, 1, 0, "啥时候能寄到", PHRASES[0].1),
        pair(&lexicon, 2, 400, "啥时候能寄到", PHRASES[1].1),
    ];
    let found = best("啥时候能寄到", &Learnt::new(pairs, 400));
    let at = |key: usize| found.iter().position(|k| *k == key);
    assert!(at(1) < at(0).or(Some(9)), "{found:?}");
}

#[test]
fn r_phrase_08_of_one_answer_on_three_levels_the_highest_is_offered() {
    let lexicon = lexicon();
    let texts = ["有货的", "有货的，拍下告诉我", "有货的，这款卖得好，您要哪个规格"];
    let entries = texts.iter().zip(["yh1", "yh2", "yh3"]).enumerate();
    let index = Index::new(
        &lexicon,
        entries.map(|(key, (text, code))| entry(key, "有货", text, code, key as i64 + 1)),
    );
    let asked = Asked::read(&lexicon, &[(false, "这个有货吗")]);
    let hits = index.suggest(&lexicon, &Learnt::default(), &asked, None, 3);
    assert_eq!(
        hits.iter().map(|h| (h.key, h.level)).collect::<Vec<_>>(),
        [(2, 3)]
    );
}

#[test]
fn r_phrase_08_a_higher_level_that_says_something_else_takes_no_place() {
    let lexicon = lexicon();
    let entries = [
        entry(0, "邮费谁出", "邮费我们出，全国包邮", "yf1", 1),
        entry(1, "邮费", "买了运费险的话，退回来的邮费由保险公司来赔", "yf3", 3),
    ];
    let index = Index::new(&lexicon, entries);
    let asked = Asked::read(&lexicon, &[(false, "邮费谁出")]);
    let hits = index.suggest(&lexicon, &Learnt::default(), &asked, None, 3);
    assert_eq!(hits.first().map(|h| (h.key, h.level)), Some((0, 1)));
}

#[test]
fn r_desk_06_the_stage_decides_between_equals() {
    let lexicon = lexicon();
    let mut entries = [
        entry(0, "运费", "运费我来说明", "", 1),
        entry(1, "运费", "运费我来说明", "", 1),
    ];
    entries[1].stage = Some(Stage::Aftersales);
    entries[0].stage = Some(Stage::Dialogue);
    let index = Index::new(&lexicon, entries);
    let asked = Asked::read(&lexicon, &[(false, "运费怎么算")]);
    for (stage, first) in [(Stage::Dialogue, 0), (Stage::Aftersales, 1)] {
        let hits = index.suggest(&lexicon, &Learnt::default(), &asked, Some(stage), 2);
        assert_eq!(hits[0].key, first);
    }
}

#[test]
fn only_what_stands_open_is_the_question() {
    let lexicon = lexicon();
    let talk = [
        (false, "发什么快递"),
        (true, "发顺丰"),
        (false, "在吗"),
        (false, "能开发票吗"),
    ];
    let asked = Asked::read(&lexicon, &talk);
    let hits = index(&lexicon).suggest(&lexicon, &Learnt::default(), &asked, None, 1);
    assert_eq!(hits[0].key, 3);
    assert!(asked.before.is_some());
}

#[test]
fn the_words_that_matched_are_marked_as_pages_count() {
    let lexicon = lexicon();
    let asked = Asked::read(&lexicon, &[(false, "邮费多少")]);
    assert_eq!(marks(&lexicon, &asked, "😀满一百包邮，可以"), [(5, 7)]);
    assert_eq!(about(&lexicon, &["起球吗，会不会褪色", "起球"]), ["起球", "褪色"]);
    // A greeting is not the question, unless there is no other.
    assert_eq!(about(&lexicon, &["在吗", "你好，邮费谁出"]), ["邮费"]);
    assert_eq!(about(&lexicon, &["在吗"]), ["在吗"]);
    assert_eq!(best_of(&["在吗", "邮费谁出"]), best_of(&["邮费谁出"]));
}

#[test]
fn an_empty_index_and_an_empty_question_give_nothing() {
    let lexicon = lexicon();
    let asked = Asked::read(&lexicon, &[]);
    assert!(
        index(&lexicon)
            .suggest(&lexicon, &Learnt::default(), &asked, None, 3)
            .is_empty()
    );
    let none: Index<usize> = Index::new(&lexicon, []);
    assert!(none.is_empty());
    let asked = Asked::read(&lexicon, &[(false, "包邮吗")]);
    assert!(
        none.suggest(&lexicon, &Learnt::default(), &asked, None, 3)
            .is_empty()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_and_marked_within_itself(text in "[\\PC亲包邮发货x1-9 ]{0,60}") {
        let lexicon = lexicon();
        let asked = Asked::read(&lexicon, &[(false, "包邮吗 发货 x 12")]);
        let units = text.encode_utf16().count();
        for (from, to) in marks(&lexicon, &asked, &text) {
            prop_assert!(from < to && to <= units);
        }
        let _ = about(&lexicon, &[&text]);
    }

    #[test]
    fn forgetting_is_as_if_it_had_never_been_learnt(
        turns in proptest::collection::vec((0u64..4, "[包邮发货快递什么时候换]{1,8}", "[可以有没有今天元顺丰]{1,8}"), 0..20),
        question in "[包邮发货快递什么时候换]{1,8}",
    ) {
        let lexicon = lexicon();
        let pairs = |skip: Option<u64>| -> Vec<Pair> {
            let kept = turns.iter().filter(|t| Some(t.0) != skip);
            kept.map(|(origin, q, a)| pair(&lexicon, *origin, 0, q, a)).collect()
        };
        let mut forgetful = Learnt::new(pairs(None), 0);
        forgetful.forget(2);
        let never = Learnt::new(pairs(Some(2)), 0);
        let question = lexicon.read(&question);
        let (one, other) = (forgetful.near(&lexicon, &question, None), never.near(&lexicon, &question, None));
        prop_assert_eq!(&one.like, &other.like);
        let answer = lexicon.read("可以 今天 顺丰").ids();
        prop_assert!((one.follows(&answer) - other.follows(&answer)).abs() < 1e-4);
    }
}

#[test]
fn an_act_is_seen_wherever_its_words_stand() {
    let lexicon = lexicon();
    let trade: toml::Table = toml::from_str(include_str!("trade.toml")).unwrap();
    let table = |name: &str| trade[name].as_table().unwrap().clone();
    let texts = [
        "亲发什么快递3天能到吗谢谢",
        "好的呢，EMS包邮15元",
        "您好在的，今天发货预计{ship_date}到 可以的亲亲",
        "xs码有没有 什么时候有 88折",
    ];
    for text in texts {
        let reading = lexicon.read(text);
        let folded: String = text.chars().map(crate::search::fold).collect();
        for (side, found) in [
            ("ask", lexicon.ask_names(reading.asks)),
            ("answer", lexicon.answer_names(reading.answers)),
        ] {
            for (act, list) in table(side) {
                let mut words = list
                    .as_str()
                    .unwrap()
                    .split_whitespace()
                    .filter(|w| !w.starts_with('='));
                if words.clone().next().is_some() {
                    let does = words.any(|word| folded.contains(&word.to_lowercase()));
                    assert_eq!(found.contains(&act.as_str()), does, "{side} {act}: {text}");
                }
            }
        }
    }
}
