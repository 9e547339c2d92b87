//! Stored pictures.

use super::{a_shop, a_thread, at, contract, id, message, same, say};
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::ShopId;
use yingke_store::AppendJob;
use yingke_store::file::{self, FileRow};

fn row(n: u128, shop: ShopId) -> FileRow {
    FileRow {
        id: id(n),
        shop,
        thread: None,
        author: id(77),
        kind: "image/png".to_owned(),
        width: 640,
        height: 480,
        bytes: i64::from(u32::MAX) + 1,
        name: "清单 1.xlsx".to_owned(),
        secs: 7,
    }
}

contract!(a_file_comes_back_as_it_went, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, thread) = a_thread(tx, shop, "u1")?;
    let given = FileRow {
        thread: Some(thread),
        ..row(2, shop)
    };
    file::insert(tx, &row(1, shop), at(0))?;
    file::insert(tx, &given, at(1))?;
    same(file::get(tx, id(1))?, Some(row(1, shop)));
    same(file::get(tx, id(2))?, Some(given));
    assert!(file::get(tx, id(3))?.is_none());
});

contract!(a_file_is_unique_and_of_a_shop, |tx| {
    let shop = a_shop(tx, 1)?;
    file::insert(tx, &row(1, shop), at(0))?;
    let again = tx.attempt(|tx| file::insert(tx, &row(1, shop), at(0)));
    assert!(again.is_err_and(|e| e.is_constraint("file_pkey")));
    let nowhere = tx.attempt(|tx| file::insert(tx, &row(2, id(99)), at(0)));
    assert!(nowhere.is_err_and(|e| e.is_constraint("file_shop_fkey")));
});

contract!(a_file_is_used_until_its_last_message_is_taken_back, |tx| {
    let shop = a_shop(tx, 1)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let given = row(1, shop);
    file::insert(tx, &given, at(0))?;
    assert_eq!(file::uses(tx, given.id)?, 0);
    for n in 1..=2 {
        let job = AppendJob {
            kind: EntryKind::File,
            file: Some((given.id, given.about())),
            ..message(thread, Sender::Buyer(buyer), n, "清单 1.xlsx", at(n as i64))
        };
        say(tx, job)?;
    }
    assert_eq!(file::uses(tx, given.id)?, 2);
    yingke_store::conversation::blank_entry(tx, thread, 2)?;
    assert_eq!(file::uses(tx, given.id)?, 1);
    assert_eq!(file::delete(tx, &[given.id.bytes(), [9; 16]])?, 1);
    assert_eq!(file::delete(tx, &[given.id.bytes()])?, 0);
    assert!(file::get(tx, given.id)?.is_none());
});
