//! What the tests of this crate share.
#![expect(
    clippy::unwrap_used,
    unreachable_pub,
    dead_code,
    reason = "test support: each test binary uses its own part"
)]

use std::io::Cursor;
use yingke_sheets::{FileError, Item, Refusal, chats, orders};

pub fn zone() -> yingke_kernel::Zone {
    yingke_kernel::Zone::shanghai()
}

/// A file of ours by its name.
pub fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/files")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The same text as an older machine would have written it.
pub fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

/// Records with their lines, and refusals.
pub type Read<T> = (Vec<(u64, T)>, Vec<Refusal>);

pub fn sort<T>(items: impl Iterator<Item = Item<T>>) -> Read<T> {
    let (mut records, mut refusals) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Record { line, value } => records.push((line, value)),
            Item::Refused(refusal) => refusals.push(refusal),
        }
    }
    (records, refusals)
}

pub fn orders(bytes: impl Into<Vec<u8>>) -> Result<orders::OrderFile, FileError> {
    orders::open(Cursor::new(bytes.into()), "o.csv", &zone())
}

pub fn chats(bytes: impl Into<Vec<u8>>, options: chats::ChatOptions) -> Result<chats::ChatFile, FileError> {
    chats::open(Cursor::new(bytes.into()), "c.txt", &zone(), options)
}

/// How many cases a property is tried with; failures are shown, not kept in files.
pub fn cases() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        ..Default::default()
    }
}
