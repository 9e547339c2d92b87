use super::{a_shop, a_thread, at, contract, id, message, say};
use crate::bed::{Bed, LANE};
use yingke_domain::conversation::Sender;
use yingke_kernel::FileId;
use yingke_store::{StoreError, file, health};

contract!(a_hole_in_a_sequence_is_named, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, empty) = a_thread(tx, shop, "silent")?;
    let (buyer, thread) = a_thread(tx, shop, "talker")?;
    for n in 0..5 {
        say(tx, message(thread, Sender::Buyer(buyer), n, "在吗", at(n as i64)))?;
    }
    health::check_sequences(tx)?;
    tx.exec(
        "DELETE FROM entry WHERE thread = $1 AND seq = 3",
        yingke_store::args![thread],
    )?;
    match health::check_sequences(tx) {
        Err(StoreError::Refused(text)) => {
            assert!(text.contains(&thread.to_string()), "{text}");
            assert!(!text.contains(&empty.to_string()));
        }
        other => panic!("{other:?}"),
    }
});

contract!(every_file_is_listed, |tx| {
    let shop = a_shop(tx, 1)?;
    assert!(health::files(tx)?.is_empty());
    for n in [7, 8] {
        let row = file::FileRow {
            id: id(n),
            shop,
            thread: None,
            author: id::<FileId>(9).0,
            kind: "image/png".to_owned(),
            width: 1,
            height: 1,
            bytes: 1,
            name: String::new(),
            secs: 0,
        };
        file::insert(tx, &row, at(0))?;
    }
    let found = health::files(tx)?;
    assert_eq!(found.len(), 2);
    assert!(found.contains(&id::<FileId>(7).0));
});

fn looks(bed: &Bed) {
    let health = health::look(&bed.store, true).unwrap();
    assert!(!health.version.is_empty());
    assert!(health.bytes > 10_000, "{health:?}");
    assert!(health.latency.as_nanos() > 0);
    assert_eq!(health.damage, None);
    bed.store.write_blocking(LANE, |_| Ok(())).unwrap();
}

#[test]
fn sqlite_says_how_it_is() {
    let bed = Bed::house_sqlite();
    looks(&bed);
    let health = health::look(&bed.store, false).unwrap();
    assert_eq!(
        health.settings,
        [
            ("journal_mode".to_owned(), "wal".to_owned()),
            ("synchronous".to_owned(), "2".to_owned())
        ]
    );
}

#[test]
fn postgres_says_how_it_is() {
    let Some(bed) = Bed::house_postgres(1) else { return };
    looks(&bed);
    let health = health::look(&bed.store, false).unwrap();
    let has = |name: &str, value: &str| health.settings.contains(&(name.to_owned(), value.to_owned()));
    assert!(
        has("encoding", "UTF8") && has("collation", "C") && has("fsync", "on"),
        "{health:?}"
    );
    let (now, most) = health.connections.unwrap();
    assert!(0 < now && now <= most);
    assert!(health.clock.is_some() && health.encrypted.is_some());
}
