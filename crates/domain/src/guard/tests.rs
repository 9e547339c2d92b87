use super::*;
use crate::policy::Policy;
use jiff::civil::date;

fn verdict(draft: &str) -> (Verdict, Vec<&'static str>) {
    asked("", draft)
}

fn asked(question: &str, draft: &str) -> (Verdict, Vec<&'static str>) {
    let policy = Policy::default().guard;
    let context = Context {
        question,
        ..Context::default()
    };
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let reading = read(draft, &context, &rules);
    (reading.verdict, reading.findings.iter().map(|f| f.rule).collect())
}

fn finds(rule: &str, drafts: &[&str]) {
    for draft in drafts {
        let (_, rules) = verdict(draft);
        assert!(rules.contains(&rule), "{rule} in {draft}: {rules:?}");
    }
}

fn lets(rule: &str, drafts: &[&str]) {
    for draft in drafts {
        let (_, rules) = verdict(draft);
        assert!(!rules.contains(&rule), "no {rule} in {draft}");
    }
}

#[test]
fn every_rule_reason_and_word_of_the_file_is_whole() {
    let built = rules::built();
    for entry in built.plain.entries.iter().chain(&built.bare.entries) {
        for lang in ["zh-CN", "en"] {
            assert!(reason(entry.reason, lang).is_some(), "{}", entry.reason);
        }
        assert!(rules().any(|r| r.id == entry.rule), "{}", entry.rule);
        assert!(entry.groups.iter().all(|g| !g.is_empty()), "{}", entry.reason);
    }
    for n in 1..=19 {
        let id = format!("R-SPEECH-{n:02}");
        assert!(rules().any(|r| r.id == id), "{id}");
        assert_ne!(Policy::default().guard.severity(&id), Severity::Off, "{id}");
    }
}

#[test]
fn what_is_offered_instead_is_clean_itself() {
    let built = rules::built();
    for entry in built.plain.entries.iter().chain(&built.bare.entries) {
        if let Some(better) = entry.better {
            let (verdict, rules) = verdict(better);
            assert!(verdict <= Verdict::Hint, "{better}: {rules:?}");
        }
    }
}

#[test]
fn r_speech_03_contacts_in_any_disguise() {
    finds(
        "R-SPEECH-03",
        &[
            "加我微信聊",
            // What is denied in another clause takes nothing back.
            "这款不起球，加我薇信聊",
            "没有现货了。加微信给您留一件",
            "加我威❤：abc123",
            "薇 信 号发您",
            "V-X 同号",
            "扣扣１２３４５６７８",
            "您加一下➕V",
            "打一三八零零一三八零零零",
            "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
            "１３８ ００１３ ８０００",
            "1 3 8 0 0 1 3 8 0 0 0",
            "幺三八〇〇幺三八〇〇〇",
            "看这里 www.example.com/a",
            "example点com",
        ],
    );
    lets(
        "R-SPEECH-03",
        &[
            "可以用微信支付的",
            "您的订单号是339102764412",
            "快递单号YT1234567890123",
            "尺寸180*200，价格199.00",
            "抱歉，平台规定不能加微信的",
            "顺丰客服电话95338",
            "链接 https://detail.tmall.com/item.htm?id=1 您看下",
            "139.00 138.00 1件",
        ],
    );
    assert_eq!(verdict("您打这个座机 0571-88886666").0, Verdict::Warn);
}

#[test]
fn r_speech_04_numbers_of_others_block_and_those_of_this_buyer_do_not() {
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let own = ["13800138000".to_owned()];
    let others = ["339102764412".to_owned()];
    let context = Context {
        own: Some(&own),
        others: &others,
        ..Context::default()
    };
    assert_eq!(
        read("收货人电话13800138000对吗", &context, &rules).verdict,
        Verdict::Clean
    );
    let reading = read("订单3391 0276 4412的", &context, &rules);
    assert_eq!(
        reading.verdict,
        Verdict::Clean,
        "a number that nobody looked up whole"
    );
    let reading = read("订单339102764412也是这个", &context, &rules);
    assert_eq!(
        (reading.findings[0].rule, reading.findings[0].severity),
        ("R-SPEECH-04", Severity::Block)
    );
    assert_eq!((reading.findings[0].from, reading.findings[0].to), (2, 14));
    let reading = read("收货人电话13900139000", &context, &rules);
    assert_eq!(reading.findings[0].rule, "R-SPEECH-04");
}

#[test]
fn r_speech_05_06_07_08() {
    finds(
        "R-SPEECH-05",
        &["五星好评返现5元", "好评返xian", "收到后好评截图给您发红包"],
    );
    lets(
        "R-SPEECH-05",
        &["我们不支持好评返现的", "返回首页看看", "现在下单"],
    );
    finds("R-SPEECH-06", &["我们不开发票的"]);
    assert!(asked("能开发票吗", "开不了哦").1.contains(&"R-SPEECH-06"));
    lets("R-SPEECH-06", &["发票可以开的，把抬头发我就行"]);
    finds("R-SPEECH-07", &["拼多多那家也是我们的店"]);
    finds("R-SPEECH-08", &["这款肯定不起球不掉色", "保证您穿着合身"]);
    lets(
        "R-SPEECH-08",
        &["正常穿着不易起球", "建议选L码", "不能保证合身，按身高体重建议L码"],
    );
}

#[test]
fn r_speech_19_regret_is_never_flagged() {
    for draft in [
        "非常抱歉给您带来不便",
        "真的不好意思，让您久等了",
        "抱歉呢亲，给您添麻烦了",
    ] {
        assert_eq!(verdict(draft).0, Verdict::Clean, "{draft}");
    }
}

#[test]
fn r_speech_12_a_promise_says_what_and_when() {
    let policy = Policy::default().guard;
    let context = Context {
        today: Some(date(2026, 11, 20)),
        ..Context::default()
    };
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let promise = |draft: &str| {
        read(draft, &context, &rules)
            .findings
            .into_iter()
            .find_map(|f| f.promise)
            .unwrap_or_else(|| panic!("{draft}"))
    };
    assert_eq!(promise("明天给您答复").due, Some(date(2026, 11, 21)));
    assert_eq!(promise("25号之前给您发出").due, Some(date(2026, 11, 25)));
    assert_eq!(promise("3天内给您处理好").due, Some(date(2026, 11, 23)));
    assert_eq!(promise("送您一条毛巾").what, What::Gift);
}

#[test]
fn r_speech_16_stock_and_r_speech_18_repeats() {
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let said = vec!["这款面料做过抗起球处理，建议轻柔机洗".to_owned(); 2];
    let context = Context {
        said: &said,
        stock: Some(12),
        ..Context::default()
    };
    let reading = read("这款面料做过抗起球处理，建议轻柔机洗哦", &context, &rules);
    assert_eq!(reading.findings[0].rule, "R-SPEECH-18");
    let reading = read("只剩3件了", &context, &rules);
    assert_eq!(reading.findings[0].reason, "stock_differs");
    assert_eq!(reading.findings[0].better.as_deref(), Some("只剩12"));
    assert_eq!(reading.findings[0].why("en"), "12 are in stock, this says 3");
    assert!(!reading.findings[0].why("zh-CN").contains('{'));
    assert_eq!(read("只剩12件", &context, &rules).verdict, Verdict::Clean);
}

/// Each labelled sentence is judged at the door as it is judged with its talk: either the words alone give the same verdict as far as
/// it holds a message back, or the talk is asked for.
#[test]
fn r_speech_what_is_judged_without_the_talk_is_judged_the_same_with_it() {
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let held = |reading: &Reading| reading.verdict.max(Verdict::Hint);
    let cases = include_str!("../../tests/guard_cases.tsv");
    let questions: Vec<&str> = cases
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').nth(3))
        .filter(|question| !question.is_empty())
        .collect();
    assert!(questions.len() > 20);
    let own = ["13800138000".to_owned()];
    let (mut alone, mut all) = (0, 0);
    for (n, line) in cases.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (question, text) = (cells[3], cells[4]);
        all += 1;
        let Some(reading) = read_alone(text, &Context::default(), &rules) else {
            continue;
        };
        alone += 1;
        for question in [question, questions[n % questions.len()], ""] {
            let said = vec![text.to_owned(); 3];
            for context in [
                Context {
                    question,
                    said: &said,
                    stock: Some(3),
                    ..Context::default()
                },
                Context {
                    question,
                    own: Some(&own),
                    ..Context::default()
                },
            ] {
                assert_eq!(
                    held(&read(text, &context, &rules)),
                    held(&reading),
                    "[{question}] {text}"
                );
            }
        }
    }
    // More than half of these sentences, which are the hard ones, need nobody to be asked.
    assert!(alone * 2 > all, "{alone} of {all}");
}

#[test]
fn r_speech_what_hangs_on_the_talk_asks_for_it() {
    let policy = Policy::default().guard;
    let rules = Ruleset {
        policy: &policy,
        words: None,
    };
    let alone = |draft: &str| read_alone(draft, &Context::default(), &rules);
    for draft in [
        "不开的",
        "只剩3件了",
        "仅剩３件",
        "订单339102764412发出了",
        "加我12345",
    ] {
        assert_eq!(alone(draft), None, "{draft}");
    }
    for (draft, verdict) in [
        ("您好，欢迎光临", Verdict::Clean),
        ("这款肯定不起球", Verdict::Warn),
        ("加我微信", Verdict::Block),
        ("长200，宽180，199.00", Verdict::Clean),
    ] {
        assert_eq!(alone(draft).map(|r| r.verdict), Some(verdict), "{draft}");
    }
    // A shop that wants repeats held has them held at the door.
    let strict = crate::policy::GuardPolicy {
        warn: vec!["R-SPEECH-18".to_owned()],
        hint: Vec::new(),
        ..policy.clone()
    };
    let rules = Ruleset {
        policy: &strict,
        words: None,
    };
    assert_eq!(
        read_alone("这款面料做过抗起球处理", &Context::default(), &rules),
        None
    );
}

#[test]
fn the_shops_own_words_are_found_whatever_their_width() {
    let policy = Policy::default().guard;
    let words = Lexicon::shop(&[
        ShopWord {
            word: "竞品Ａ".to_owned(),
            severity: Severity::Warn,
            better: "同类商品".to_owned(),
        },
        ShopWord {
            word: "abc".to_owned(),
            severity: Severity::Block,
            better: String::new(),
        },
    ]);
    let rules = Ruleset {
        policy: &policy,
        words: Some(&words),
    };
    let reading = read("和竞 品a比", &Context::default(), &rules);
    assert_eq!(
        (
            reading.findings[0].rule,
            reading.findings[0].from,
            reading.findings[0].to
        ),
        ("SHOP", 1, 5)
    );
    assert_eq!(reading.findings[0].better.as_deref(), Some("同类商品"));
    assert_eq!(read("xabcd", &Context::default(), &rules).verdict, Verdict::Clean);
    assert_eq!(
        read("是abc呢", &Context::default(), &rules).verdict,
        Verdict::Block
    );
    assert_eq!(ShopWord::key("  "), Err(WordFault::Empty));
}

proptest::proptest! {
    #[test]
    fn a_finding_lies_in_the_draft_whatever_it_is(draft in "[微信vV加❤️１2三 ．,。！\\u{200b}\u{20e3}不返现好评a-c.@+]{0,40}") {
        let policy = Policy::default().guard;
        let rules = Ruleset { policy: &policy, words: None };
        let length = draft.chars().count();
        for f in read(&draft, &Context::default(), &rules).findings {
            proptest::prop_assert!(f.from < f.to && f.to <= length);
            proptest::prop_assert!(f.take.0 <= f.take.1 && f.take.1 <= length);
        }
    }
}
