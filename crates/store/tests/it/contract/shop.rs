//! Shops.

use super::{at, contract, id, same};
use yingke_store::shop::{self, ShopRow};

fn row(n: u128, code: &str) -> ShopRow {
    ShopRow {
        id: id(n),
        code: code.to_owned(),
        name: "迎客小店".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        settings: r##"{"colour":"#c00"}"##.to_owned(),
        secret: vec![0, 255, 7],
    }
}

contract!(shops_come_by_code, |tx| {
    assert!(shop::all(tx)?.is_empty());
    shop::insert(tx, &row(1, "b"), at(0))?;
    shop::insert(tx, &row(2, "a"), at(1))?;
    shop::insert(tx, &row(3, "B"), at(2))?;
    // By bytes, so capitals first.
    same(shop::all(tx)?, vec![row(3, "B"), row(2, "a"), row(1, "b")]);
});

contract!(a_code_is_taken_once, |tx| {
    shop::insert(tx, &row(1, "a"), at(0))?;
    let taken = tx.attempt(|tx| shop::insert(tx, &row(2, "a"), at(0)));
    assert!(taken.is_err_and(|e| e.is_constraint("shop_code_key")));
    let same_id = tx.attempt(|tx| shop::insert(tx, &row(1, "b"), at(0)));
    assert!(same_id.is_err_and(|e| e.is_constraint("shop_pkey")));
    assert_eq!(shop::all(tx)?.len(), 1);
});

contract!(settings_change_code_and_secret_stay, |tx| {
    shop::insert(tx, &row(1, "a"), at(0))?;
    shop::insert(tx, &row(2, "b"), at(0))?;
    let new = ShopRow {
        code: "other".to_owned(),
        name: "New".to_owned(),
        zone: "Asia/Urumqi".to_owned(),
        settings: "{}".to_owned(),
        secret: vec![1],
        ..row(1, "a")
    };
    shop::update(tx, &new)?;
    let kept = ShopRow {
        code: "a".to_owned(),
        secret: row(1, "a").secret,
        ..new
    };
    same(shop::all(tx)?, vec![kept, row(2, "b")]);
    // Nobody there: nothing happens.
    shop::update(tx, &row(9, "z"))?;
    assert_eq!(shop::all(tx)?.len(), 2);
});

contract!(a_key_is_replaced_for_one_shop, |tx| {
    shop::insert(tx, &row(1, "a"), at(0))?;
    shop::insert(tx, &row(2, "b"), at(0))?;
    shop::set_secret(tx, id(2), &[9; 32])?;
    let secrets: Vec<_> = shop::all(tx)?.into_iter().map(|s| s.secret).collect();
    assert_eq!(secrets, [row(1, "a").secret, vec![9; 32]]);
});
