//! No bytes make the readers panic or run forever.

mod support;

use proptest::prelude::*;
use support::{chats, file, orders, sort};
use yingke_sheets::chats::ChatOptions;

fn read(bytes: &[u8]) {
    if let Ok(open) = orders(bytes) {
        sort(open);
    }
    if let Ok(open) = chats(
        bytes,
        ChatOptions {
            accounts: vec!["店".into()],
            ..ChatOptions::default()
        },
    ) {
        sort(open);
    }
}

const FILES: [&str; 11] = [
    "order-list-2014.csv",
    "order-list-2017.csv",
    "order-list-2018.csv",
    "order-list-61.csv",
    "order-report-7.csv",
    "order-refusals.csv",
    "chat-lines.jsonl",
    "console.json",
    "window-one-line.txt",
    "window-two-lines.txt",
    "window-two-buyers.txt",
];

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn bytes_that_look_like_something(text in "([\\[\\]{}\":,=\n\r\t ']|[0-9]|data|msgList|from|at|2026-1-5 9:03:07|-->|a:b|订单编号|,){0,60}") {
        read(text.as_bytes());
    }

    #[test]
    fn known_files_with_wounds(which in 0..FILES.len(), wounds in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>()) {
        let mut bytes = file(FILES[which]).into_bytes();
        for (place, byte) in wounds {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        read(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read(&bytes);
    }
}

/// Every line opens a quote: the reader may look ahead, but not over the whole file for each line.
#[test]
fn quotes_that_never_close() {
    let header = file("order-report-7.csv")
        .lines()
        .next()
        .map(|h| h.to_owned() + "\n")
        .expect("a header");
    let text = header + &"1,2,3,\"4 x\n".repeat(20_000);
    let (records, refused) = sort(orders(text).expect("opens"));
    assert_eq!((records.len(), refused.len()), (0, 20_000));
}
