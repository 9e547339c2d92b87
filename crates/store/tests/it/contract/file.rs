//! Stored pictures.

use super::{a_shop, a_thread, at, contract, id, same};
use yingke_kernel::ShopId;
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
