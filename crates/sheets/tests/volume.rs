//! A hundred thousand lines in bounded memory. Alone in its binary: it looks at the memory of the whole process.

mod support;

use std::io::{self, Read, Seek, SeekFrom};
use yingke_sheets::{Item, chats, orders};

/// A file that is made while it is read, so that the test itself holds none of it.
struct Made {
    line: fn(u64) -> String,
    lines: u64,
    next: u64,
    rest: Vec<u8>,
    at: usize,
}

impl Made {
    fn new(lines: u64, line: fn(u64) -> String) -> Self {
        Self {
            line,
            lines,
            next: 0,
            rest: Vec::new(),
            at: 0,
        }
    }
}

impl Read for Made {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.rest.len() {
            if self.next > self.lines {
                return Ok(0);
            }
            self.rest = (self.line)(self.next).into_bytes();
            self.next += 1;
            self.at = 0;
        }
        let count = into.len().min(self.rest.len() - self.at);
        into[..count].copy_from_slice(&self.rest[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl Seek for Made {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        assert_eq!(to, SeekFrom::Start(0), "only ever rewound");
        *self = Self::new(self.lines, self.line);
        Ok(0)
    }
}

/// Peak memory of this process in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

const LINES: u64 = 100_000;

fn count<T>(what: &str, items: impl Iterator<Item = Item<T>>) -> u64 {
    let start = std::time::Instant::now();
    let mut records = 0;
    for item in items {
        match item {
            Item::Record { .. } => records += 1,
            Item::Refused(refusal) => panic!("{refusal:?}"),
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "{what}: {records} records in {seconds:.2} s, {:.0} a second",
        records as f64 / seconds
    );
    records
}

fn order_line(n: u64) -> String {
    if n == 0 {
        return orders::layouts()[3].columns.join(",") + "\n";
    }
    let mut cells = vec![format!("\"{}\"", "值".repeat(4)); 61];
    for (at, name) in orders::layouts()[3].columns.iter().enumerate() {
        match *name {
            "订单编号" => cells[at] = format!("\"=\"\"{}\"\"\"", 35_150_000_000_000_000 + n),
            "总金额" | "买家实际支付金额" => cells[at] = "\"128.00\"".into(),
            "退款金额" => cells[at] = "\"0.00\"".into(),
            "订单创建时间" | "订单付款时间" => cells[at] = "\"2026-10-03 10:00:00\"".into(),
            "宝贝总数量" => cells[at] = "\"1\"".into(),
            _ => {}
        }
    }
    cells.join(",") + "\n"
}

fn chat_line(n: u64) -> String {
    format!(
        "{{\"shop\":\"main\",\"channel\":\"taobao\",\"buyer\":\"b{}\",\"agent\":\"店:甲\",\"at\":\"2026-10-03T10:10:{:02}+08:00\",\"from\":\"buyer\",\"text\":\"{}\"}}\n",
        n % 999,
        n % 60,
        "在吗".repeat(20)
    )
}

fn window_line(n: u64) -> String {
    let who = if n.is_multiple_of(2) { "tb_anna" } else { "店:甲" };
    format!("{who} 2026-1-5 9:03:{:02}\r\n{}\r\n", n % 60, "在吗".repeat(20))
}

/// One document on one line.
fn console_line(n: u64) -> String {
    let session = "{\"buyerNick\":\"a\",\"psnNickName\":\"店:甲\",\"msgList\":[{\"gmtCreated\":\"2026-05-27 23:16:41.000\",\"userNickFrom\":\"a\",\"userNickTo\":\"店:甲\",\"msg\":\"在吗在吗在吗在吗在吗\"}]}";
    match n {
        0 => "{\"data\":[".to_owned(),
        LINES => format!("{session}]}}"),
        _ => format!("{session},"),
    }
}

#[test]
fn a_hundred_thousand_lines_in_bounded_memory() {
    let zone = support::zone();
    let before = peak();
    let open = orders::open(Made::new(LINES, order_line), "o", &zone).expect("opens");
    assert_eq!(count("orders of 61 columns", open), LINES);
    let chat = |line: fn(u64) -> String| {
        chats::open(Made::new(LINES, line), "c", &zone, chats::ChatOptions::default()).expect("opens")
    };
    assert_eq!(count("chat lines", chat(chat_line)), LINES + 1);
    assert_eq!(count("text of the window", chat(window_line)), LINES + 1);
    assert_eq!(count("console sessions on one line", chat(console_line)), LINES);
    match (before, peak()) {
        (Some(before), Some(after)) => {
            // The files together are over 100 MB.
            assert!(
                after - before < 24 << 10,
                "memory grew from {before} to {after} KiB"
            );
        }
        _ => eprintln!("SKIPPED: this system does not tell the memory of a process"),
    }
}
