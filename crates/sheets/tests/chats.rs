//! Chats: chat lines, the console's JSON, text from the chat window.

mod support;

use proptest::prelude::*;
use support::{chats, file, gb18030, sort};
use yingke_kernel::Stamp;
use yingke_sheets::{
    Fault,
    chats::{ChatOptions, ChatRecord, From, Kind},
};

fn at(text: &str) -> Stamp {
    Stamp::parse(text).expect("a time")
}

fn options(accounts: &[&str]) -> ChatOptions {
    ChatOptions {
        accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
        ..ChatOptions::default()
    }
}

/// Line, who, buyer, account, text.
type Brief<'a> = (u64, From, &'a str, Option<&'a str>, &'a str);
fn brief(records: &[(u64, ChatRecord)]) -> Vec<Brief<'_>> {
    records
        .iter()
        .map(|(line, r)| {
            (
                *line,
                r.from,
                r.buyer.as_str(),
                r.agent.as_deref(),
                r.text.as_str(),
            )
        })
        .collect()
}

#[test]
fn chat_lines() {
    let open = chats(
        file("chat-lines.jsonl"),
        ChatOptions {
            shop: Some("second".into()),
            ..ChatOptions::default()
        },
    )
    .expect("opens");
    assert_eq!(open.layout, "yingke-jsonl");
    let (records, refused) = sort(open);
    assert_eq!(
        brief(&records),
        [
            (1, From::Buyer, "tb_anna", Some("安居:小美"), "在吗"),
            (3, From::Auto, "访客1", None, "您好\n欢迎"),
            (4, From::Agent, "tb_anna", Some("安居:小美"), ""),
            (5, From::System, "tb_anna", Some("安居:小美"), ""),
            (6, From::System, "tb_anna", Some("安居:小丽"), ""),
            (7, From::Bot, "b", None, "重"),
        ]
    );
    // The line's own shop wins.
    assert_eq!(
        (records[0].1.shop.as_deref(), records[1].1.shop.as_deref()),
        (Some("main"), Some("second"))
    );
    assert_eq!(records[2].1.at, at("2026-10-03T10:11:15.25+08:00"));
    assert_eq!(
        (
            records[2].1.kind,
            records[2].1.id.as_deref(),
            records[2].1.conversation.as_deref()
        ),
        (Kind::Image, Some("12"), Some("7"))
    );
    assert_eq!(
        (records[3].1.kind, records[3].1.to_agent.as_deref()),
        (Kind::Transfer, Some("安居:小丽"))
    );
    assert!(!records[3].1.kind.is_message() && !records[4].1.kind.is_message());
    assert_eq!(records[5].1.channel, "taobao");
    let got: Vec<(u64, Option<&str>)> = refused.iter().map(|r| (r.line, r.column.as_deref())).collect();
    assert_eq!(
        got,
        [
            (8, None),
            (9, None),
            (10, Some("buyer")),
            (11, Some("at")),
            (12, Some("from")),
            (13, Some("kind")),
            (14, Some("text")),
            (15, Some("buyer")),
            (16, Some("channel")),
            (17, Some("to_agent")),
            (18, Some("text")),
        ]
    );
    assert_eq!(refused[3].value.as_deref(), Some("2026-10-03 10:13:15"));
    assert!(refused[4].reason.contains("buyer, agent, bot, auto or system"));
    // The same bytes on an older machine.
    let old = sort(chats(gb18030(&file("chat-lines.jsonl")), options(&[])).expect("opens"));
    assert_eq!(old.0[0].1, records[0].1);
}

#[test]
fn a_channel_may_be_given_for_all_lines() {
    let line =
        r#"{"buyer":"b","at":"2026-10-03T10:13:15+08:00","from":"buyer","text":"x","list":[],"data":{}}"#;
    let given = ChatOptions {
        channel: Some("web".into()),
        ..ChatOptions::default()
    };
    let open = chats(line, given).expect("opens");
    assert_eq!(open.layout, "yingke-jsonl");
    assert_eq!(sort(open).0[0].1.channel, "web");
}

#[test]
fn files_put_together_are_read() {
    let line = r#"{"channel":"web","buyer":"b","at":"2026-10-03T10:13:15+08:00","from":"buyer","text":"x"}"#;
    let (records, refused) =
        sort(chats(format!("\u{FEFF}{line}\n\u{FEFF}{line}\n"), options(&[])).expect("opens"));
    assert_eq!((records.len(), refused.len()), (2, 0));
}

/// Imports run on a thread of their own.
#[test]
fn open_files_may_change_threads() {
    fn moves<T: Send>() {}
    moves::<yingke_sheets::chats::ChatFile>();
    moves::<yingke_sheets::orders::OrderFile>();
}

#[test]
fn a_long_line_is_refused_and_the_next_is_read() {
    let line = |text: &str| {
        format!(
            "{{\"channel\":\"web\",\"buyer\":\"b\",\"at\":\"2026-10-03T10:13:15+08:00\",\"from\":\"buyer\",\"text\":\"{text}\"}}\n"
        )
    };
    let file = line("a") + &line(&"x".repeat(1 << 20)) + &line("b");
    let (records, refused) = sort(chats(file, options(&[])).expect("opens"));
    assert_eq!(
        (records[0].0, records[1].0, refused.len(), refused[0].line),
        (1, 3, 1, 2)
    );
}

#[test]
fn the_consoles_json() {
    let open = chats(file("console.json"), options(&[])).expect("opens");
    assert_eq!(open.layout, "sycm-chat-json");
    let (records, refused) = sort(open);
    assert_eq!(
        brief(&records),
        [
            (15, From::Buyer, "t**1", Some("安居:小美"), "在吗"),
            (22, From::Bot, "t**1", Some("安居:服务助手"), "您好 \"稍等\" }]"),
            (29, From::Agent, "t**1", Some("安居:小美"), "在的"),
            (43, From::Buyer, "t**1", Some("安居:小美"), ""),
            (54, From::Agent, "tb_bob", Some("安居"), "您好"),
        ]
    );
    assert_eq!(records[0].1.at, at("2026-05-27T23:16:41+08:00"));
    assert_eq!(records[2].1.at, at("2026-05-27T23:17:41.5+08:00"));
    assert_eq!(records[4].1.at, at("2026-05-27T15:18:40Z"));
    assert_eq!(
        (records[1].1.id.as_deref(), records[3].1.kind),
        (Some("2"), Kind::Card)
    );
    assert_eq!(
        records[0].1.conversation.as_deref(),
        Some("20260527_安居_安居:小美_t**1")
    );
    let got: Vec<(u64, Option<&str>)> = refused.iter().map(|r| (r.line, r.column.as_deref())).collect();
    assert_eq!(got, [(36, Some("gmtCreated")), (64, None)]);
}

#[test]
fn the_console_wraps_its_sessions_in_many_ways() {
    let session = r#"{"msgList":[{"gmtCreated":"2026-05-27 23:16:41.000","userNickFrom":"a","userNickTo":"店:b","msg":"在吗"}],"buyerNick":"a","psnNickName":"店:b"}"#;
    for document in [
        session.to_owned(),
        format!("[{session}]"),
        format!("{{\"data\":[{session}]}}"),
        format!("{{\"sessions\":[{session}]}}"),
        format!("{{\"code\":0,\"data\":{{\"total\":1,\"list\":[{session}]}},\"end\":null}}"),
        format!("[[1],{session}]").replace("[[1],", "["),
    ] {
        let open = chats(document.clone(), options(&[])).expect("opens");
        assert_eq!(open.layout, "sycm-chat-json", "{document}");
        let (records, refused) = sort(open);
        assert_eq!((records.len(), refused.len()), (1, 0), "{document}");
    }
    // Session after session, on lines of their own.
    let (records, refused) = sort(chats(format!("{session}\n{session}\n"), options(&[])).expect("opens"));
    assert_eq!((records[0].0, records[1].0, refused.len()), (1, 2, 0));
    // Messages without sessions.
    let bare = r#"[{"gmtCreated":"2026-05-27 23:16:41","userNickFrom":"店:b","userNickTo":"a","msg":"x"}]"#;
    assert_eq!(sort(chats(bare, options(&[])).expect("opens")).0[0].1.buyer, "a");
    // A document that breaks off keeps what stands before.
    let (records, refused) =
        sort(chats(format!("[{session},\n{{\"msgList\":["), options(&[])).expect("opens"));
    assert_eq!((records.len(), refused.len(), refused[0].line), (1, 1, 2));
    assert!(refused[0].reason.contains("breaks off"));
    // A session that is too long is refused alone.
    let long = format!("[{{\"msgList\":[],\"x\":\"{}\"}},{session}]", "y".repeat(5 << 20));
    let (records, refused) = sort(chats(long, options(&[])).expect("opens"));
    assert_eq!((records.len(), refused.len()), (1, 1));
}

#[test]
fn text_from_the_window() {
    let open = chats(file("window-one-line.txt"), options(&[])).expect("opens");
    assert_eq!(open.layout, "qianniu-text");
    let (records, refused) = sort(open);
    let (mei, li) = (Some("安居:小美"), Some("安居:小丽"));
    assert_eq!(
        brief(&records),
        [
            (1, From::Buyer, "tb_anna", mei, "在吗"),
            (
                4,
                From::Agent,
                "tb_anna",
                mei,
                "在的亲\n\n请看 https://item.example/1\nhttps://item.example/2"
            ),
            (13, From::Agent, "tb_anna", mei, "可以的"),
            (16, From::Buyer, "tb_anna", mei, "2026-01-05 09:00:00\n是什么时间"),
            (22, From::Agent, "tb_anna", li, "换我来"),
            (24, From::Buyer, "tb_anna", li, ""),
        ]
    );
    assert_eq!(records[5].1.kind, Kind::Card);
    assert_eq!(records[0].1.at, at("2026-01-05T09:03:07+08:00"));
    assert_eq!(
        refused
            .iter()
            .map(|r| (r.line, r.column.as_deref()))
            .collect::<Vec<_>>(),
        [(26, Some("time"))]
    );
    let old = chats(gb18030(&file("window-one-line.txt")), options(&[])).expect("opens");
    assert_eq!(old.encoding, "gb18030");
    assert_eq!(sort(old), (records, refused));
}

#[test]
fn names_above_times() {
    let (records, refused) =
        sort(chats(file("window-two-lines.txt"), options(&["安居布艺"])).expect("opens"));
    let shop = Some("安居布艺");
    assert_eq!(
        brief(&records),
        [
            (1, From::Buyer, "tb_anna", shop, "在吗"),
            (4, From::Agent, "tb_anna", shop, "在的\n第二行"),
            (8, From::Buyer, "tb_anna", shop, "好的"),
        ]
    );
    assert_eq!(refused, []);
    // Without the account's name nobody can say which of the two is the shop.
    let error = chats(file("window-two-lines.txt"), options(&[]))
        .err()
        .expect("not opened");
    assert!(
        matches!(&error.fault, Fault::UnknownSides { nicks } if nicks == &["tb_anna", "安居布艺"]),
        "{error}"
    );
    assert!(error.to_string().contains("--account"));
}

#[test]
fn two_buyers_in_one_text() {
    let (records, refused) = sort(chats(file("window-two-buyers.txt"), options(&[])).expect("opens"));
    let mei = Some("安居:小美");
    assert_eq!(
        brief(&records),
        [
            (1, From::Buyer, "tb_anna", mei, "在吗"),
            (3, From::Agent, "tb_anna", mei, "在的"),
            (5, From::Buyer, "tb_bob", mei, "发货了吗"),
            (7, From::Buyer, "tb_anna", mei, "谢谢"),
        ]
    );
    // Said to whom? Only an arrow would tell. And colleagues among themselves are no conversation with a buyer.
    assert_eq!(refused.iter().map(|r| r.line).collect::<Vec<_>>(), [9, 11]);
    assert!(
        refused[0].reason.contains("file of its own"),
        "{}",
        refused[0].reason
    );
}

#[test]
fn words_above_the_first_name_are_refused() {
    let text = "昨天的聊天\n第二行\ntb_anna 2026-1-5 9:03:07\n在吗\n";
    let (records, refused) = sort(chats(text, options(&[])).expect("opens"));
    assert_eq!((records.len(), refused.len(), refused[0].line), (1, 1, 1));
    assert_eq!(records[0].1.agent, None);
}

#[test]
fn what_is_no_chat_says_so() {
    for text in ["hello\nworld\n", "订单编号,总金额\n1,2\n"] {
        assert!(matches!(
            chats(text, options(&[])).err().expect("not opened").fault,
            Fault::UnknownChat
        ));
    }
    assert!(matches!(
        chats("", options(&[])).err().expect("not opened").fault,
        Fault::Empty
    ));
    assert!(matches!(
        chats("\n \n", options(&[])).err().expect("not opened").fault,
        Fault::Empty
    ));
    assert!(matches!(
        chats("PK\u{3}\u{4}", options(&[]))
            .err()
            .expect("not opened")
            .fault,
        Fault::NotText { .. }
    ));
    // No sessions is an answer, too.
    assert_eq!(sort(chats("[]", options(&[])).expect("opens")), (vec![], vec![]));
}

/// The worked example has no licence, so it is never copied into the project.
#[test]
fn the_worked_example() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/examples/chats-16.jsonl");
    let Ok(input) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: the worked example is not there ({})", path.display());
        return;
    };
    let open =
        yingke_sheets::chats::open(input, "chats-16.jsonl", &support::zone(), options(&[])).expect("opens");
    let (records, refused) = sort(open);
    assert_eq!((records.len(), refused.len()), (16, 0));
    assert_eq!(
        records.iter().filter(|(_, r)| r.kind == Kind::Transfer).count(),
        1
    );
}

prop_compose! {
    fn chat()(
        shop in prop::option::of("[a-z]{1,6}"), channel in "[a-z]{1,8}", conversation in prop::option::of("c-[0-9]{1,4}"),
        buyer in "[a-z一-龥]{1,8}", agent in prop::option::of("[一-龥]{1,3}:[一-龥]{1,3}"),
        micros in 0i64..4_000_000_000_000_000,
        from in prop::sample::select(vec![From::Buyer, From::Agent, From::Bot, From::Auto, From::System]),
        kind in prop::sample::select(vec![Kind::Text, Kind::Image, Kind::Card, Kind::Voice, Kind::File, Kind::Transfer, Kind::Close]),
        text in "[^\0\u{FEFF}]{0,20}x", id in prop::option::of("[a-f0-9]{1,12}"), to in prop::option::of("[一-龥]{1,3}:[一-龥]{1,3}"),
    ) -> ChatRecord {
        let to_agent = to.filter(|_| kind == Kind::Transfer);
        ChatRecord { shop, channel, conversation, buyer, agent, at: Stamp::from_micros(micros), from, kind, text, id, to_agent }
    }
}

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn lines_written_are_lines_read(records in prop::collection::vec(chat(), 1..8)) {
        let text: String = records.iter().map(|r| serde_json::to_string(r).expect("serialises") + "\n").collect();
        let (read, refused) = sort(chats(text, options(&[])).expect("opens"));
        prop_assert_eq!(refused, vec![]);
        prop_assert_eq!(read.into_iter().map(|(_, r)| r).collect::<Vec<_>>(), records);
    }

    #[test]
    fn pasted_text_is_read_back(
        said in prop::collection::vec((any::<bool>(), 0i64..100_000_000, "[一-龥a-z]{2,8}(\n[一-龥a-z ]{1,8}[一-龥])?"), 1..12),
        form in 0u8..5,
    ) {
        let mut text = String::new();
        for (buyer, second, words) in &said {
            let time = support::zone().civil(Stamp::from_secs(1_700_000_000 + second));
            let time = format!("{}-{}-{} {}:{:02}:{:02}", time.year(), time.month(), time.day(), time.hour(), time.minute(), time.second());
            let (who, whom) = if *buyer { ("tb_anna1", "安居:小美") } else { ("安居:小美", "tb_anna1") };
            text += &match form {
                0 => format!("{who} {time}\r\n"),
                1 => format!("{who}{time}\r\n"),
                2 => format!("{who} --> {whom} {time}\r\n"),
                3 => format!("[{who}] {time}\r\n"),
                _ => format!("{who}\r\n{time}\r\n"),
            };
            text += &format!("{}\r\n已读\r\n", words.replace('\n', "\r\n"));
        }
        // With arrows one line is enough; else the buyer must speak once for the file to show who it is.
        prop_assume!(form == 2 || said.iter().any(|(buyer, ..)| *buyer));
        let (read, refused) = sort(chats(text, options(&[])).expect("opens"));
        prop_assert_eq!(refused, vec![]);
        let got: Vec<_> = read.into_iter().map(|(_, r)| (r.from == From::Buyer, r.at, r.text, r.buyer)).collect();
        let want: Vec<_> = said
            .iter()
            .map(|(buyer, second, words)| (*buyer, Stamp::from_secs(1_700_000_000 + second), words.clone(), "tb_anna1".to_owned()))
            .collect();
        prop_assert_eq!(got, want);
    }
}
