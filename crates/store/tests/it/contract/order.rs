//! Orders.

use super::{a_shop, at, contract, id, same};
use yingke_kernel::{Fen, OrderId, Stamp};
use yingke_store::order::{self, OrderFilter, OrderItem, OrderKeys, OrderRow, OrderSum, Upsert};

fn item(title: &str, price: i64) -> OrderItem {
    OrderItem {
        code: "SKU-1".to_owned(),
        title: format!("挂毯 {title}"),
        sku: "米色".to_owned(),
        quantity: 2,
        price: Some(Fen(price)),
    }
}

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
        shipped: None,
        signed: None,
        receiver: None,
        phone: None,
        address: None,
        parcel: None,
        items: vec![item(number, gross)],
        facts: "{}".to_owned(),
        digest: [gross as u8; 32],
    }
}

contract!(
    a_new_order_takes_the_id_it_is_given_and_a_known_one_keeps_its_own,
    |tx| {
        let shop = a_shop(tx, 1)?;
        let (first, second) = (OrderId::new(at(1)), OrderId::new(at(1)));
        let lines = [row("taobao", "1", 200), row("taobao", "2", 50)];
        use Upsert::{Changed, Created};
        let done = order::upsert_many_as(tx, shop, &lines[..1], &[first], at(1))?;
        assert_eq!(done, [Created]);
        let changed = [row("taobao", "1", 300), row("taobao", "2", 50)];
        let other = OrderId::new(at(2));
        let done = order::upsert_many_as(tx, shop, &changed, &[other, second], at(2))?;
        assert_eq!(done, [Changed, Created]);
        assert_eq!(order::get(tx, first)?.map(|o| o.row.gross), Some(Fen(300)));
        assert_eq!(
            order::get(tx, second)?.map(|o| o.row.number),
            Some("2".to_owned())
        );
        assert!(order::get(tx, other)?.is_none());
    }
);

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

/// The only order of a shop, without what it has from being stored.
fn only(tx: &mut yingke_store::Tx<'_>) -> yingke_store::Result<(OrderId, OrderRow)> {
    let ids = tx.all("SELECT id FROM orders", &[], |row| row.id::<OrderId>(0))?;
    assert_eq!(ids.len(), 1);
    Ok((ids[0], order::get(tx, ids[0])?.unwrap().row))
}

contract!(every_column_is_kept, |tx| {
    let shop = a_shop(tx, 1)?;
    let full = OrderRow {
        state: Some("交易成功".to_owned()),
        facts: r#"{"收货人":"某"}"#.to_owned(),
        shipped: Some(at(20)),
        signed: Some(at(30)),
        receiver: Some("某人".to_owned()),
        phone: Some("13800000001".to_owned()),
        address: Some("某省 某市 某路1号".to_owned()),
        parcel: Some("圆通 YT1".to_owned()),
        items: vec![
            item("一", 100),
            OrderItem {
                price: None,
                ..item("二", 0)
            },
        ],
        ..row("jd", "N-1", 12_345)
    };
    order::upsert_many(tx, shop, std::slice::from_ref(&full), at(1))?;
    let (first, read) = only(tx)?;
    same(read, full);
    let other = OrderRow {
        buyer: None,
        paid: None,
        layout: "second".to_owned(),
        items: vec![item("三", 5)],
        ..row("jd", "N-1", 77)
    };
    order::upsert_many(tx, shop, std::slice::from_ref(&other), at(2))?;
    let (second, read) = only(tx)?;
    same(read, other);
    assert_eq!(first, second, "an order keeps its id");
    let whole = order::get(tx, first)?.unwrap();
    assert_eq!((whole.shop, whole.imported_at), (shop, at(2)));
    assert!(order::get(tx, id(99))?.is_none());
});

contract!(a_buyers_orders_are_found_by_name_and_by_telephone, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let named = |platform: &str, number: &str, buyer: &str, secs: i64, paid: bool| OrderRow {
        buyer: Some(buyer.to_owned()),
        created: at(secs),
        paid: paid.then_some(at(secs + 1)),
        ..row(platform, number, 1_000)
    };
    let lines = [
        named("taobao", "1", "甲", 10, true),
        named("tmall", "2", "甲", 20, false),
        named("jd", "3", "甲", 30, true),
        OrderRow {
            phone: Some("13800000001".to_owned()),
            ..named("jd", "4", "乙", 40, true)
        },
        named("taobao", "5", "丙", 50, true),
    ];
    order::upsert_many(tx, shop, &lines, at(0))?;
    order::upsert_many(tx, other, &lines, at(0))?;
    let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<String>>();
    let keys = OrderKeys {
        platforms: list(&["taobao", "tmall"]),
        names: list(&["甲"]),
        phones: list(&["13800000001"]),
    };
    let found = order::of_buyer(tx, shop, &keys, 10)?;
    let numbers: Vec<&str> = found.iter().map(|o| o.row.number.as_str()).collect();
    assert_eq!(
        numbers,
        ["4", "2", "1"],
        "newest first, not jd's buyer of that name"
    );
    assert!(found.iter().all(|o| o.shop == shop && o.row.items.len() == 1));
    assert_eq!(order::of_buyer(tx, shop, &keys, 1)?.len(), 1);
    assert_eq!(
        order::sum_of_buyer(tx, shop, &keys)?,
        OrderSum {
            count: 3,
            paid: 2,
            net: Fen(1_998),
            last: Some(at(40)),
        }
    );
    let nobody = OrderKeys::default();
    assert!(order::of_buyer(tx, shop, &nobody, 10)?.is_empty());
    assert_eq!(
        order::sum_of_buyer(tx, shop, &nobody)?,
        OrderSum {
            count: 0,
            paid: 0,
            net: Fen(0),
            last: None,
        }
    );
});

contract!(pages_of_orders_are_searched_and_cut, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let lines: Vec<OrderRow> = (0..7)
        .map(|n| OrderRow {
            created: at(n / 2),
            buyer: Some(format!("Buyer_{n}")),
            state: (n != 3).then(|| {
                if n < 3 {
                    "交易成功"
                } else {
                    "等待买家付款"
                }
                .to_owned()
            }),
            phone: (n == 5).then(|| "13800002207".to_owned()),
            parcel: (n == 6).then(|| "圆通 YT77%".to_owned()),
            ..row("taobao", &format!("N{n}"), 200)
        })
        .collect();
    order::upsert_many(tx, shop, &lines, at(0))?;
    order::upsert_many(tx, other, &lines[..1], at(0))?;
    let end = (Stamp::from_micros(i64::MAX), id::<OrderId>(u128::MAX));
    let all = OrderFilter {
        words: String::new(),
        states: Vec::new(),
        from: at(0),
        until: at(1_000),
    };
    let first = order::page(tx, shop, &all, end, 4)?;
    let last = first.last().unwrap();
    let second = order::page(tx, shop, &all, (last.row.created, last.id), 4)?;
    assert_eq!((first.len(), second.len()), (4, 3));
    let mut seen: Vec<String> = first
        .iter()
        .chain(&second)
        .map(|o| o.row.number.clone())
        .collect();
    assert!(
        first
            .iter()
            .chain(&second)
            .map(|o| o.row.created)
            .is_sorted_by(|a, b| a >= b)
    );
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7, "none twice, none lost");
    let numbers =
        |tx: &mut yingke_store::Tx<'_>, filter: &OrderFilter| -> yingke_store::Result<Vec<String>> {
            let mut found: Vec<String> = order::page(tx, shop, filter, end, 100)?
                .into_iter()
                .map(|o| o.row.number)
                .collect();
            found.sort();
            Ok(found)
        };
    for (words, expected) in [
        ("n2", &["N2"][..]),
        ("buyer_4", &["N4"]),
        ("BUYER%", &[]),
        ("2207", &["N5"]),
        ("yt77%", &["N6"]),
        ("挂毯 n1", &["N1"]),
        ("sku-1", &["N0", "N1", "N2", "N3", "N4", "N5", "N6"]),
        ("\\", &[]),
    ] {
        let filter = OrderFilter {
            words: words.to_owned(),
            ..all.clone()
        };
        assert_eq!(numbers(tx, &filter)?, expected, "{words}");
    }
    let states = |words: &[&str]| OrderFilter {
        states: words.iter().map(|w| (*w).to_owned()).collect(),
        ..all.clone()
    };
    assert_eq!(numbers(tx, &states(&["交易成功"]))?, ["N0", "N1", "N2"]);
    assert_eq!(
        numbers(tx, &states(&["", "等待买家付款"]))?,
        ["N3", "N4", "N5", "N6"]
    );
    let days = OrderFilter {
        from: at(1),
        until: at(2),
        ..all.clone()
    };
    assert_eq!(numbers(tx, &days)?, ["N2", "N3"], "the end is not in it");
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

contract!(
    an_order_forgets_who_it_was_for_and_an_import_does_not_remind_it,
    |tx| {
        let shop = a_shop(tx, 1)?;
        let full = OrderRow {
            receiver: Some("王小明".to_owned()),
            phone: Some("13800000001".to_owned()),
            address: Some("某路1号".to_owned()),
            parcel: Some("圆通 YT1".to_owned()),
            facts: r#"{"message":"王"}"#.to_owned(),
            ..row("taobao", "1", 200)
        };
        order::upsert_many(tx, shop, std::slice::from_ref(&full), at(1))?;
        let (first, _) = only(tx)?;
        assert_eq!(
            order::old_contacts(tx, shop, at(0), 10)?,
            [],
            "placed at that time is not before it"
        );
        assert_eq!(
            order::old_contacts(tx, shop, at(1), 10)?,
            [(first, full.facts.clone())]
        );
        order::erase(tx, first, "{}", at(5))?;
        assert_eq!(order::old_contacts(tx, shop, at(1), 10)?, []);
        let gone = order::get(tx, first)?.unwrap().row;
        assert_eq!(
            (gone.buyer, gone.receiver, gone.phone, gone.address, gone.parcel),
            (None, None, None, None, None)
        );
        assert_eq!(
            (gone.gross, gone.items.len(), gone.facts.as_str()),
            (full.gross, 1, "{}")
        );
        assert_eq!(
            order::upsert_many(tx, shop, std::slice::from_ref(&full), at(6))?,
            [Upsert::Unchanged]
        );
        let refunded = OrderRow {
            refund: Fen(50),
            net: Fen(150),
            digest: [9; 32],
            ..full
        };
        assert_eq!(
            order::upsert_many(tx, shop, &[refunded], at(7))?,
            [Upsert::Changed]
        );
        let now = order::get(tx, first)?.unwrap().row;
        assert_eq!(
            (now.refund, now.net),
            (Fen(50), Fen(150)),
            "what it is worth may change"
        );
        assert_eq!(
            (
                now.buyer,
                now.receiver,
                now.phone,
                now.address,
                now.facts.as_str()
            ),
            (None, None, None, None, "{}")
        );
    }
);

contract!(
    a_number_of_an_order_or_of_its_receiver_is_known_in_its_shop,
    |tx| {
        let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
        let line = OrderRow {
            phone: Some("13800138000".to_owned()),
            ..row("taobao", "339102764412", 200)
        };
        order::upsert_many_as(tx, shop, &[line], &[OrderId::new(at(1))], at(1))?;
        for (shop, number, known) in [
            (shop, "339102764412", true),
            (shop, "13800138000", true),
            (shop, "33910276441", false),
            (other, "339102764412", false),
        ] {
            assert_eq!(order::is_known(tx, shop, number)?, known, "{number}");
        }
    }
);
