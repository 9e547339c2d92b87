//! Orders.

use super::{a_shop, at, contract, same};
use yingke_kernel::Fen;
use yingke_store::order::{self, OrderRow, Upsert};

fn row(platform: &str, number: &str, gross: i64) -> OrderRow {
    OrderRow {
        platform: platform.to_owned(),
        number: number.to_owned(),
        layout: "plain".to_owned(),
        buyer: Some("买家".to_owned()),
        gross: Fen(gross),
        refund: Fen(1),
        net: Fen(gross - 1),
        created: at(0),
        paid: (gross > 100).then_some(at(9)),
        state: None,
        facts: "{}".to_owned(),
        digest: [gross as u8; 32],
    }
}

contract!(an_order_is_created_then_known_then_changed, |tx| {
    let shop = a_shop(tx, 1)?;
    let lines = [
        row("taobao", "1", 200),
        row("tmall", "1", 50),
        row("taobao", "2", 50),
    ];
    use Upsert::{Changed, Created, Unchanged};
    assert_eq!(order::look_at_many(tx, shop, &lines)?, [Created; 3]);
    assert_eq!(order::count(tx, shop)?, (0, 0), "looking writes nothing");
    assert_eq!(order::upsert_many(tx, shop, &lines, at(1))?, [Created; 3]);
    assert_eq!(order::count(tx, shop)?, (3, 1));
    assert_eq!(order::upsert_many(tx, shop, &lines, at(2))?, [Unchanged; 3]);
    let changed = [
        row("taobao", "2", 300),
        row("taobao", "3", 10),
        row("tmall", "1", 50),
    ];
    let verdict = [Changed, Created, Unchanged];
    assert_eq!(order::look_at_many(tx, shop, &changed)?, verdict);
    assert_eq!(order::upsert_many(tx, shop, &changed, at(3))?, verdict);
    assert_eq!(order::count(tx, shop)?, (4, 2), "the changed one is paid now");
});

contract!(every_column_is_kept, |tx| {
    let shop = a_shop(tx, 1)?;
    let full = OrderRow {
        state: Some("交易成功".to_owned()),
        facts: r#"{"收货人":"某"}"#.to_owned(),
        ..row("jd", "N-1", 12_345)
    };
    let read = |tx: &mut yingke_store::Tx<'_>| {
        tx.one(
            "SELECT platform, number, layout, buyer, gross_fen, refund_fen, net_fen, created_at, paid_at, state, facts, digest FROM orders",
            &[],
            |row| {
                Ok(OrderRow {
                    platform: row.string(0)?,
                    number: row.string(1)?,
                    layout: row.string(2)?,
                    buyer: row.opt_string(3)?,
                    gross: row.fen(4)?,
                    refund: row.fen(5)?,
                    net: row.fen(6)?,
                    created: row.stamp(7)?,
                    paid: row.opt_stamp(8)?,
                    state: row.opt_string(9)?,
                    facts: row.string(10)?,
                    digest: row.bytes(11)?.try_into().unwrap_or_default(),
                })
            },
        )
    };
    order::upsert_many(tx, shop, std::slice::from_ref(&full), at(1))?;
    same(read(tx)?, full);
    let other = OrderRow {
        buyer: None,
        paid: None,
        layout: "second".to_owned(),
        ..row("jd", "N-1", 77)
    };
    order::upsert_many(tx, shop, std::slice::from_ref(&other), at(2))?;
    same(read(tx)?, other);
});

contract!(a_number_twice_in_a_slice_is_judged_twice, |tx| {
    let shop = a_shop(tx, 1)?;
    let twice = [
        row("taobao", "1", 10),
        row("taobao", "1", 10),
        row("taobao", "1", 11),
    ];
    assert_eq!(
        order::upsert_many(tx, shop, &twice, at(0))?,
        [Upsert::Created, Upsert::Unchanged, Upsert::Changed]
    );
    assert_eq!(order::count(tx, shop)?, (1, 0));
    assert!(order::upsert_many(tx, shop, &[], at(0))?.is_empty());
});

contract!(shops_do_not_share_orders, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let lines = [row("taobao", "1", 200)];
    order::upsert_many(tx, one, &lines, at(0))?;
    assert_eq!(order::look_at_many(tx, two, &lines)?, [Upsert::Created]);
    assert_eq!(order::upsert_many(tx, two, &lines, at(0))?, [Upsert::Created]);
    assert_eq!((order::count(tx, one)?, order::count(tx, two)?), ((1, 1), (1, 1)));
});
