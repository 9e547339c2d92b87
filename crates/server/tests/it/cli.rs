//! The commands, to the letter of their contracts.

use crate::program::Folder;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Material that is not part of the project; where it is absent its tests say so and pass.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: ../shared/{name} is not there");
    None
}

/// A file of the importers' own tests.
fn sheet(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../sheets/tests/files")
        .join(name)
}

/// A chat line of the contract.
fn line(conversation: &str, buyer: &str, at: &str, from: &str, text: &str) -> String {
    let line = json!({"shop": "main", "channel": "taobao", "conversation": conversation, "buyer": buyer, "agent": "店铺:小美",
        "at": format!("2026-10-03T{at}+08:00"), "from": from, "text": text});
    format!("{line}\n")
}

fn counts(result: &Value) -> [u64; 5] {
    let refused = result["refused"].as_array().unwrap().len() as u64;
    let number = |key: &str| {
        result[key]
            .as_u64()
            .unwrap_or_else(|| panic!("no {key} in {result}"))
    };
    [
        number("read"),
        number("created"),
        number("changed"),
        number("unchanged"),
        refused,
    ]
}

const DAY: &str = "--from 2026-10-03 --to 2026-10-03";

#[test]
fn the_worked_example_comes_out_to_the_last_digit() {
    let (Some(chats), Some(expected)) = (
        shared("examples/chats-16.jsonl"),
        shared("examples/chats-16.expected.json"),
    ) else {
        return;
    };
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        let result = folder.import("chats", &chats, 0);
        assert_eq!(counts(&result), [16, 16, 0, 0, 0], "{result}");
        assert_eq!(result["conversations"], 5);
        for (words, rows) in expected.as_object().unwrap() {
            let got = folder.report(&format!("{words} --as-of 2026-10-06T00:00:00+08:00"));
            let (got, rows) = (got.as_array().unwrap(), rows.as_array().unwrap());
            assert_eq!(got.len(), rows.len(), "{words}");
            for (got, row) in got.iter().zip(rows) {
                let row = row.as_object().unwrap();
                for (key, value) in row {
                    assert_eq!(
                        got[key].to_string(),
                        value.to_string(),
                        "{key} of {row:?} in {words}"
                    );
                }
                // The group's keys come first, in the order of the contract; a figure the example does not show may follow.
                let keys: Vec<&String> = got.as_object().unwrap().keys().collect();
                let group = ["shop", "agent", "line", "date", "hour"];
                let led: Vec<&&str> = group.iter().filter(|key| row.contains_key(**key)).collect();
                assert!(keys.iter().zip(&led).all(|(key, led)| key == *led), "{keys:?}");
            }
            // The rows are there without `--as-of` too, from the day rows.
            assert_eq!(folder.report(words).as_array().unwrap().len(), rows.len());
        }
    }
}

#[test]
fn a_worked_day_of_our_own_and_every_key_in_its_place() {
    let folder = Folder::new();
    folder.chats(
        &[
            line("k1", "w1", "10:00:00", "buyer", "在吗"),
            line("k1", "w1", "10:00:02", "auto", "您好"),
            line("k1", "w1", "10:00:42", "agent", "在 的"),
            line("k1", "w1", "10:05:00", "buyer", "谢谢"),
        ]
        .concat(),
        0,
    );
    let rows = folder.report(&format!("{DAY} --as-of 2026-10-05T00:00:00+08:00"));
    let expected = json!([{"shop": "main", "agent": "店铺:小美", "date": "2026-10-03", "consult_num": 1, "service_num": 1,
        "buyer_msg_num": 2, "seller_msg_num": 1, "seller_word_num": 2, "auto_msg_num": 1, "first_reply_cost": 42,
        "first_reply_times": 1, "total_reply_cost": 42, "total_reply_times": 1, "no_reply_num": 0, "slow_reception_num": 0,
        "long_receive_num": 0, "slow_answer_num": 0, "unanswered_turn_num": 1, "within_10_num": 0, "within_30_num": 0,
        "within_60_num": 1, "within_180_num": 1, "turn_times": 2, "three_minute_turns": 2, "three_minute_times": 1,
        "max_wait": 42, "transfer_in_num": 0, "transfer_out_num": 0, "handed_back_num": 0, "receive_cost": 300,
        "reply_rate": 1.0, "first_reply_avg": 42.0, "reply_avg": 42.0, "three_minute_rate": 0.5, "qa_ratio": 0.5}]);
    assert_eq!(rows.to_string(), expected.to_string());
}

#[test]
fn the_same_line_again_changes_nothing_and_equal_lines_both_stay() {
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        let a = line("c", "b", "10:00:00", "buyer", "在吗");
        let b = line("c", "b", "10:00:05", "agent", "在的");
        let c = line("c", "b", "10:01:00", "buyer", "好");
        // Twice the same within one file are two messages; read again they are known, both of them.
        let whole = [a.clone(), a.clone(), b.clone()].concat();
        let first = folder.chats(&whole, 0);
        assert_eq!(
            (counts(&first), first["conversations"].as_u64()),
            ([3, 3, 0, 0, 0], Some(1))
        );
        assert_eq!(first["kind"], "chats");
        assert_eq!(counts(&folder.chats(&whole, 0)), [3, 0, 0, 3, 0]);
        // An export that overlaps: only what is new is new, and its conversation is known.
        let next = folder.chats(&[a.clone(), a.clone(), b.clone(), c].concat(), 0);
        assert_eq!(
            (counts(&next), next["conversations"].as_u64()),
            ([4, 1, 0, 3, 0], Some(0))
        );
        let rows = folder.report(&format!("{DAY} --by shop"));
        assert_eq!(
            (
                rows[0]["buyer_msg_num"].as_i64(),
                rows[0]["seller_msg_num"].as_i64()
            ),
            (Some(3), Some(1))
        );
        // The same lines in another order, and a third equal one.
        assert_eq!(
            counts(&folder.chats(&[b, a.clone(), a.clone(), a].concat(), 0)),
            [4, 1, 0, 3, 0]
        );
    }
}

#[test]
fn a_line_with_an_id_is_changed_by_its_id() {
    let folder = Folder::new();
    let named = |id: &str, text: &str| {
        let mut one: Value = serde_json::from_str(&line("c", "b", "10:00:00", "buyer", text)).unwrap();
        one["id"] = json!(id);
        format!("{one}\n")
    };
    assert_eq!(
        counts(&folder.chats(&[named("1", "在"), named("2", "在")].concat(), 0)),
        [2, 2, 0, 0, 0]
    );
    assert_eq!(
        counts(&folder.chats(&[named("1", "在吗"), named("2", "在")].concat(), 0)),
        [2, 0, 1, 1, 0]
    );
    assert_eq!(
        counts(&folder.chats(&[named("1", "在吗"), named("2", "在")].concat(), 0)),
        [2, 0, 0, 2, 0]
    );
    let rows = folder.report(&format!("{DAY} --by shop"));
    assert_eq!(rows[0]["buyer_msg_num"], 2);
}

#[test]
fn what_cannot_be_taken_is_named_and_stops_nothing() {
    let folder = Folder::new();
    let mut other: Value = serde_json::from_str(&line("c", "b", "10:00:00", "buyer", "在吗")).unwrap();
    other["shop"] = json!("nowhere");
    let good = line("c", "b", "10:00:01", "buyer", "在吗");
    let bad_time = good.replace("2026-10-03T10:00:01+08:00", "03.10.2026");
    let text = format!(
        "{good}{other}\n{bad_time}{{\"channel\":\n{}",
        line("c", "b", "10:00:09", "agent", "在")
    );
    let result = folder.chats(&text, 1);
    assert_eq!(counts(&result), [5, 2, 0, 0, 3]);
    let refused = &result["refused"];
    assert_eq!(
        (&refused[0]["line"], &refused[0]["column"], &refused[0]["value"]),
        (&json!(2), &json!("shop"), &json!("nowhere"))
    );
    assert!(refused[0]["reason"].as_str().unwrap().contains("nowhere"));
    assert_eq!(
        (&refused[1]["line"], &refused[1]["column"], &refused[1]["value"]),
        (&json!(3), &json!("at"), &json!("03.10.2026"))
    );
    assert_eq!(refused[2]["line"], 4);
    assert!(
        refused
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["reason"].as_str().is_some_and(|reason| reason.len() > 20))
    );
    // As a table: the same code, and every refusal on a line of its own.
    let file = folder.file("chats.jsonl", &text);
    let table = folder.run(&["import", "chats", &file.display().to_string()]);
    assert_eq!(table.code, 1);
    assert!(
        table.out.lines().filter(|l| l.contains("chats.jsonl:")).count() >= 3,
        "{}",
        table.out
    );
    assert_eq!(
        folder
            .run(&["import", "chats", &file.display().to_string(), "--format", "csv"])
            .code,
        1
    );
}

#[test]
fn what_cannot_be_done_says_what_where_and_how() {
    let folder = Folder::new();
    folder
        .run(&["import", "chats", "none.jsonl"])
        .refused(&["none.jsonl"]);
    let noise = folder.file("noise.bin", [0u8, 159, 146, 150, 0, 1, 2]);
    let noise = noise.display().to_string();
    folder.run(&["import", "chats", &noise]).refused(&["noise.bin"]);
    folder.run(&["import", "orders", &noise]).refused(&["noise.bin"]);
    let good = folder.file("good.jsonl", line("c", "b", "10:00:00", "buyer", "在吗"));
    let good = good.display().to_string();
    folder
        .run(&["import", "chats", &good, "--shop", "nowhere"])
        .refused(&["nowhere", "yingke shop"]);
    folder
        .run(&[
            "import",
            "orders",
            &sheet("order-report-7.csv").display().to_string(),
            "--shop",
            "nowhere",
        ])
        .refused(&["nowhere"]);
    folder
        .run(&["report", "performance", "--from", "soon", "--to", "2026-10-03"])
        .refused(&["soon", "2026-10-03"]);
    folder
        .run(&[
            "report",
            "performance",
            "--from",
            "2026-10-04",
            "--to",
            "2026-10-03",
        ])
        .refused(&["2026-10-04"]);
    folder
        .run(&[
            "report",
            "performance",
            "--from",
            "2026-10-03",
            "--to",
            "2026-10-03",
            "--by",
            "moon",
        ])
        .refused(&["moon"]);
    folder
        .run(&[
            "report",
            "performance",
            "--from",
            "2026-10-03",
            "--to",
            "2026-10-03",
            "--as-of",
            "tomorrow",
        ])
        .refused(&["tomorrow"]);
    assert_eq!(folder.run(&["report", "performance"]).code, 2);
    assert_eq!(folder.run(&["import", "chats"]).code, 2);
    let policy = folder.file("policy.toml", "effective = \"2026-01-01\"\nnonsense = 1\n");
    folder
        .run(&[
            "report",
            "performance",
            "--from",
            "2026-10-03",
            "--to",
            "2026-10-03",
            "--policy",
            &policy.display().to_string(),
        ])
        .refused(&["policy.toml", "nonsense"]);
    folder
        .run(&["check", "policy", &policy.display().to_string()])
        .refused(&["policy.toml", "nonsense"]);
    folder.run(&["link", "nobody"]).refused(&["nobody"]);
}

#[test]
fn a_policy_file_is_looked_over_before_it_is_used() {
    let folder = Folder::new();
    let built_in = folder.run(&["default-config"]).out;
    let file = |text: &str| folder.file("policy.toml", text).display().to_string();
    let same = folder.run(&["check", "policy", &file(&built_in), "--format", "json"]);
    assert_eq!(same.json(0), json!([]));
    let changed = built_in.replace("slow_secs = 120", "slow_secs = 90");
    let found = folder.run(&["check", "policy", &file(&changed), "--format", "json"]);
    assert_eq!(
        found.json(0),
        json!([{ "key": "clock.slow_secs", "built_in": 120, "value": 90, "rules": "R-RESP-03" }])
    );
    assert!(found.err.contains("2000-01-01"), "{}", found.err);
    folder
        .run(&[
            "check",
            "policy",
            &file(&built_in.replace("slow_secs = 120", "slow_secs = 0")),
        ])
        .refused(&["clock.slow_secs", "out of range"]);
    assert!(!folder.data().exists(), "a look needs no house");
}

#[test]
fn nothing_is_an_empty_list_and_no_failure() {
    let folder = Folder::new();
    assert_eq!(folder.report(DAY), json!([]));
    assert!(folder.data().is_dir(), "a folder that does not exist is made");
    let csv = folder.run(&[
        "report",
        "performance",
        "--from",
        "2026-10-03",
        "--to",
        "2026-10-03",
        "--format",
        "csv",
    ]);
    assert_eq!(csv.code, 0);
    // An empty file is no list of nothing: whoever exported it is told.
    let empty = folder.file("empty.jsonl", "").display().to_string();
    folder.run(&["import", "chats", &empty]).refused(&["empty"]);
}

#[test]
fn standard_input_is_a_file() {
    let folder = Folder::new();
    let done = folder.feed(
        &["import", "chats", "-", "--format", "json"],
        line("c", "b", "10:00:00", "buyer", "在吗").as_bytes(),
    );
    let result = done.json(0);
    assert_eq!(
        (result[0]["file"].as_str(), counts(&result[0])),
        (Some("-"), [1, 1, 0, 0, 0])
    );
    let orders = std::fs::read(sheet("order-report-7.csv")).unwrap();
    let result = folder
        .feed(&["import", "orders", "--format", "json", "-"], &orders)
        .json(0);
    assert_eq!(result[0]["layout"], "tmall-report-7");
}

#[test]
fn a_dry_run_tells_and_touches_nothing() {
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        let text = [
            line("c", "b", "10:00:00", "buyer", "在吗"),
            line("c", "b", "10:00:09", "agent", "在"),
        ]
        .concat();
        let file = folder.file("chats.jsonl", &text).display().to_string();
        let dry = ["import", "chats", &file, "--dry-run", "--format", "json"];
        assert_eq!(counts(&folder.run(&dry).json(0)[0]), [2, 2, 0, 0, 0]);
        assert_eq!(folder.report(DAY), json!([]));
        assert_eq!(counts(&folder.chats(&text, 0)), [2, 2, 0, 0, 0]);
        assert_eq!(counts(&folder.run(&dry).json(0)[0]), [2, 0, 0, 2, 0]);
        let orders = sheet("order-report-7.csv").display().to_string();
        let dry = ["import", "orders", &orders, "--dry-run", "--format", "json"];
        let told = folder.run(&dry).json(0);
        assert_eq!(
            counts(&told[0])[1],
            counts(&folder.import("orders", Path::new(&orders), 0))[1]
        );
        assert_eq!(counts(&folder.run(&dry).json(0)[0])[1], 0);
    }
}

#[test]
fn as_of_leaves_out_what_came_later_and_an_open_turn_is_late() {
    let folder = Folder::new();
    folder.chats(
        &[
            line("c", "b", "10:00:00", "buyer", "在吗"),
            line("c", "b", "10:04:00", "agent", "在"),
        ]
        .concat(),
        0,
    );
    let early = folder.report(&format!("{DAY} --by shop --as-of 2026-10-03T10:02:00+08:00"));
    let row = &early[0];
    assert_eq!(
        (&row["buyer_msg_num"], &row["seller_msg_num"], &row["turn_times"]),
        (&json!(1), &json!(0), &json!(1))
    );
    for key in ["no_reply_num", "unanswered_turn_num", "reply_rate"] {
        assert_eq!(row[key], Value::Null, "{key}");
    }
    assert_eq!(
        row["late"],
        json!(["no_reply_num", "unanswered_turn_num", "reply_rate"])
    );
    assert_eq!(
        row.as_object().unwrap().keys().next_back().map(String::as_str),
        Some("late")
    );
    // Not judged by the three-minute rate before three minutes are over.
    assert_eq!(
        (&row["three_minute_turns"], &row["three_minute_rate"]),
        (&json!(0), &Value::Null)
    );
    let past = folder.report(&format!("{DAY} --by shop --as-of 2026-10-03T10:03:30+08:00"));
    assert_eq!(
        (&past[0]["three_minute_turns"], &past[0]["three_minute_rate"]),
        (&json!(1), &json!(0.0))
    );
    let answered = folder.report(&format!("{DAY} --by shop --as-of 2026-10-03T10:04:00+08:00"));
    assert_eq!(
        (&answered[0]["no_reply_num"], &answered[0]["max_wait"]),
        (&json!(0), &json!(240))
    );
    assert!(answered[0].get("late").is_none());
    assert_eq!(
        folder.report(&format!("{DAY} --as-of 2026-10-03T09:00:00+08:00")),
        json!([])
    );
}

#[test]
fn groups_are_sorted_and_csv_has_the_same_cells() {
    let folder = Folder::new();
    let mut text = String::new();
    for (agent, at) in [
        ("店铺:甲", "09:10:00"),
        ("店铺:乙", "10:10:00"),
        ("=1+1", "10:20:00"),
    ] {
        text.push_str(&line(agent, agent, at, "buyer", "在吗").replace("店铺:小美", agent));
    }
    folder.chats(&text, 0);
    let rows = folder.report(&format!(
        "{DAY} --by agent,hour --as-of 2026-10-06T00:00:00+08:00"
    ));
    let keys: Vec<(String, i64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["agent"].as_str().unwrap().to_owned(),
                row["hour"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        keys,
        [
            ("=1+1".to_owned(), 10),
            ("店铺:乙".to_owned(), 10),
            ("店铺:甲".to_owned(), 9)
        ]
    );
    let words = [
        "report",
        "performance",
        "--from",
        "2026-10-03",
        "--to",
        "2026-10-03",
        "--by",
        "agent,hour",
        "--format",
        "csv",
    ];
    let csv = folder.run(&[&words[..], &["--as-of", "2026-10-06T00:00:00+08:00"]].concat());
    assert_eq!(csv.code, 0);
    let mut lines = csv.out.trim_start_matches('\u{FEFF}').lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("agent,hour,consult_num,service_num"),
        "{}",
        csv.out
    );
    // A cell that a spreadsheet would run is disarmed.
    let first = lines.next().unwrap();
    assert!(!first.starts_with('=') && first.contains("=1+1"), "{first}");
    assert_eq!(lines.count(), 2);
    // The same rows as a workbook.
    let file = folder.file("figures.xlsx", "");
    let words = &words[..words.len() - 2];
    let out = file.display().to_string();
    let book = ["--format", "xlsx", "--lang", "en", "--out", out.as_str()];
    let done = folder.run(&[words, &["--as-of", "2026-10-06T00:00:00+08:00"], &book].concat());
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{done:?}");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&file).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "Figures").unwrap();
    let cells = |row: usize| sheet.rows().nth(row).unwrap()[..4].to_vec();
    let text = |text: &str| calamine::Data::String(text.to_owned());
    assert_eq!(cells(0)[..2], [text("Agent"), text("Hour")]);
    let number = calamine::Data::Float;
    assert_eq!(cells(1), [text("'=1+1"), number(10.0), number(1.0), number(1.0)]);
    assert_eq!(sheet.height(), 4);
    let table = folder.run(words);
    assert!(
        table.out.contains("店铺:甲") && table.out.lines().count() == 4,
        "{}",
        table.out
    );
}

#[test]
fn every_order_layout_of_our_own_files_is_taken_in_both_encodings() {
    let folder = Folder::new();
    for (name, layout) in [
        ("order-list-2014.csv", "taobao-order-list-2014"),
        ("order-list-2017.csv", "taobao-order-list-2017"),
        ("order-list-2018.csv", "taobao-order-list-2018"),
        ("order-list-61.csv", "taobao-order-list-61"),
        ("order-report-7.csv", "tmall-report-7"),
    ] {
        let utf8 = folder.import("orders", &sheet(name), 0);
        assert_eq!(
            (utf8["layout"].as_str(), utf8["kind"].as_str()),
            (Some(layout), Some("orders"))
        );
        let [read, created, changed, unchanged, refused] = counts(&utf8);
        assert!(read > 0 && refused == 0 && changed + unchanged == 0, "{utf8}");
        assert_eq!(read, created);
        assert!(utf8.get("conversations").is_none());
        let text = std::fs::read_to_string(sheet(name)).unwrap();
        let old = folder.file(name, encoding_rs::GB18030.encode(&text).0);
        assert_eq!(
            counts(&folder.import("orders", &old, 0)),
            [read, 0, 0, read, 0],
            "{name} as GB18030"
        );
    }
    let refusals = folder.import("orders", &sheet("order-refusals.csv"), 1);
    for refusal in refusals["refused"].as_array().unwrap() {
        assert!(refusal["line"].as_u64().is_some_and(|line| line > 1), "{refusal}");
        assert!(
            refusal["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty())
        );
    }
    let layouts = folder_free(&["import", "orders", "--layouts", "--format", "json"]);
    let names: Vec<&str> = layouts
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|l| l["name"].as_str())
        .collect();
    for name in [
        "taobao-order-list-2014",
        "taobao-order-list-2017",
        "taobao-order-list-2018",
        "taobao-order-list-61",
        "tmall-report-7",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
}

fn folder_free(words: &[&str]) -> Value {
    Folder::new().run(words).json(0)
}

#[test]
fn copied_text_and_the_consoles_json_are_chats_too() {
    let folder = Folder::new();
    for name in ["window-two-lines.txt", "window-one-line.txt", "console.json"] {
        let file = sheet(name).display().to_string();
        let words = [
            "import",
            "chats",
            &file,
            "--account",
            "安居布艺",
            "--format",
            "json",
        ];
        let done = folder.run(&words);
        assert!(done.code < 2, "{name}: {done:?}");
        let first: Value = serde_json::from_str(&done.out).unwrap();
        assert!(first[0]["created"].as_u64() > Some(0), "{name}: {first}");
        let again = folder.run(&words);
        let again: Value = serde_json::from_str(&again.out).unwrap();
        assert_eq!(again[0]["created"], 0, "{name}");
        assert_eq!(again[0]["unchanged"], first[0]["created"], "{name}");
    }
}

#[test]
fn the_real_order_file_is_taken_whole() {
    let Some(file) = shared("data/tmall_order_report.csv") else {
        return;
    };
    let folder = Folder::new();
    let result = folder.import("orders", &file, 0);
    assert_eq!(counts(&result), [28_010, 28_010, 0, 0, 0]);
    assert_eq!(result["layout"], "tmall-report-7");
    assert_eq!(
        counts(&folder.import("orders", &file, 0)),
        [28_010, 0, 0, 28_010, 0]
    );
    let base = rusqlite::Connection::open(folder.data().join("yingke.db")).unwrap();
    let number = |query: &str| base.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("SELECT COUNT(*) FROM orders"), 28_010);
    assert_eq!(
        number("SELECT COUNT(*) FROM orders WHERE paid_at IS NOT NULL"),
        24_087
    );
}

#[test]
fn a_folder_that_a_server_holds_is_reached_through_it() {
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        let server = folder.serve();
        let text = [
            line("c", "b", "10:00:00", "buyer", "在吗"),
            line("c", "b", "10:00:09", "agent", "在"),
        ]
        .concat();
        assert_eq!(counts(&folder.chats(&text, 0)), [2, 2, 0, 0, 0]);
        assert_eq!(counts(&folder.chats(&text, 0)), [2, 0, 0, 2, 0]);
        let rows = folder.report(&format!("{DAY} --by agent"));
        assert_eq!(
            (&rows[0]["agent"], &rows[0]["reply_avg"]),
            (&json!("店铺:小美"), &json!(9.0))
        );
        folder
            .run(&["import", "chats", "none.jsonl"])
            .refused(&["none.jsonl"]);
        folder
            .run(&["report", "performance", "--from", "soon", "--to", "soon"])
            .refused(&["soon"]);
        let spooled = folder
            .feed(&["import", "chats", "-", "--format", "json"], text.as_bytes())
            .json(0);
        assert_eq!(counts(&spooled[0]), [2, 0, 0, 2, 0]);
        // Two servers never hold one folder.
        folder
            .run(&["serve", "--listen", "127.0.0.1:0"])
            .refused(&["already"]);
        let (code, log) = server.stop();
        assert_eq!(code, 0, "{log}");
        assert!(
            log.contains("/in#"),
            "the first run prints the owner's link: {log}"
        );
        // Nobody holds it any more: the command opens it itself and finds everything.
        assert_eq!(folder.report(&format!("{DAY} --by agent")), rows);
    }
}

#[test]
fn a_server_that_was_killed_leaves_nothing_in_the_way() {
    let folder = Folder::new();
    let server = folder.serve();
    folder.chats(&line("c", "b", "10:00:00", "buyer", "在吗"), 0);
    server.kill();
    let rows = folder.report(&format!("{DAY} --by shop --as-of 2026-10-06T00:00:00+08:00"));
    assert_eq!(rows[0]["buyer_msg_num"], 1);
    let again = folder.serve();
    assert_eq!(
        folder.report(&format!("{DAY} --by shop --as-of 2026-10-06T00:00:00+08:00")),
        rows
    );
    assert_eq!(again.stop().0, 0);
}

#[test]
fn a_newer_schema_is_refused_before_anything_is_touched() {
    let folder = Folder::new();
    folder.chats(&line("c", "b", "10:00:00", "buyer", "在吗"), 0);
    let path = folder.data().join("yingke.db");
    {
        let base = rusqlite::Connection::open(&path).unwrap();
        let changed = base
            .execute(
                "INSERT INTO schema_migration (number, name, checksum, at) \
                 SELECT number + 1, 'of tomorrow', checksum, at FROM schema_migration ORDER BY number DESC LIMIT 1",
                [],
            )
            .unwrap();
        assert_eq!(changed, 1);
        base.pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    }
    let before = dump(&path);
    folder
        .run(&[
            "report",
            "performance",
            "--from",
            "2026-10-03",
            "--to",
            "2026-10-03",
        ])
        .refused(&["newer", "backup"]);
    folder
        .run(&["serve", "--listen", "127.0.0.1:0"])
        .refused(&["newer"]);
    folder.run(&["migrate"]).refused(&["newer"]);
    assert_eq!(dump(&path), before);
}

/// Every row of every table, as text.
fn dump(path: &Path) -> Vec<String> {
    let base =
        rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut names = base
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut all = Vec::new();
    for name in names {
        let mut rows = base.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns)
                .map(|i| format!("{:?}", row.get::<_, rusqlite::types::Value>(i).unwrap()))
                .collect();
            all.push(format!("{name}: {}", cells.join(" ")));
        }
    }
    all.sort();
    all
}

#[test]
fn the_built_in_policy_can_be_given_back() {
    let folder = Folder::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_yingke"));
    let out = command.arg("default-config").output().unwrap();
    assert!(out.status.success());
    let text = String::from_utf8(out.stdout).unwrap();
    folder.chats(
        &[
            line("c", "b", "10:00:00", "buyer", "在吗"),
            line("c", "b", "10:00:40", "agent", "在"),
        ]
        .concat(),
        0,
    );
    let report = |policy: &str| {
        let file = folder.file("policy.toml", policy).display().to_string();
        folder.report(&format!(
            "{DAY} --by shop --policy {file} --as-of 2026-10-06T00:00:00+08:00"
        ))
    };
    assert_eq!(report(&text)[0]["slow_answer_num"], 0);
    // A figure is policy: the same facts, another limit.
    let stricter = text.replace("slow_secs = 120", "slow_secs = 30");
    assert_ne!(stricter, text);
    assert_eq!(report(&stricter)[0]["slow_answer_num"], 1);
}
