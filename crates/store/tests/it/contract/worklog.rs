//! The work log.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use uuid::Uuid;
use yingke_kernel::{PersonId, ShopId, Stamp, WorklogId};
use yingke_store::worklog::{self, WorklogFilter, WorklogRow};

fn noted(n: u128, shop: ShopId, person: PersonId) -> WorklogRow {
    WorklogRow {
        id: id(n),
        shop,
        person,
        day: "2026-11-22".to_owned(),
        at: at(n as i64),
        problem: "尺码表缺了".to_owned(),
        cause: "上新漏传".to_owned(),
        solution: String::new(),
        solved: false,
        thread: None,
        seq: 0,
        order: None,
        number: String::new(),
        goods: String::new(),
        buyer: None,
        rev: 1,
        changed_at: at(n as i64),
        erased_at: None,
        tags: vec!["上新".to_owned(), "尺码".to_owned()],
    }
}

fn all(shop: ShopId) -> WorklogFilter {
    WorklogFilter {
        shops: vec![shop.bytes()],
        from: "0000-01-01".to_owned(),
        to: "9999-12-31".to_owned(),
        person: None,
        solved: None,
        tag: String::new(),
    }
}

contract!(entries_are_listed_filtered_changed_and_keep_their_past, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (one, two) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let first = noted(11, shop, one);
    let second = WorklogRow {
        day: "2026-11-23".to_owned(),
        solved: true,
        tags: vec!["快递".to_owned()],
        ..noted(12, shop, two)
    };
    let third = noted(13, other, one);
    for w in [&first, &second, &third] {
        worklog::insert(tx, w)?;
    }
    let latest = (Stamp::from_micros(i64::MAX), WorklogId(Uuid::max()));
    same(
        worklog::page(tx, &all(shop), latest, 9)?,
        vec![second.clone(), first.clone()],
    );
    same(
        worklog::page(tx, &all(shop), (second.at, second.id), 9)?,
        vec![first.clone()],
    );
    same(worklog::page(tx, &all(shop), latest, 1)?, vec![second.clone()]);
    let narrow = [
        WorklogFilter {
            person: Some(one),
            ..all(shop)
        },
        WorklogFilter {
            solved: Some(false),
            ..all(shop)
        },
        WorklogFilter {
            tag: "尺码".to_owned(),
            ..all(shop)
        },
        WorklogFilter {
            to: "2026-11-22".to_owned(),
            ..all(shop)
        },
    ];
    for filter in narrow {
        same(worklog::page(tx, &filter, latest, 9)?, vec![first.clone()]);
        assert!(filter.takes(&first) && !filter.takes(&second) && !filter.takes(&third));
    }
    assert_eq!(
        worklog::tags(tx, &[shop.bytes(), other.bytes()], 2)?,
        [("上新".to_owned(), 2), ("尺码".to_owned(), 2)]
    );
    let changed = WorklogRow {
        solution: "补传".to_owned(),
        solved: true,
        number: "8001".to_owned(),
        order: Some(id(60)),
        goods: "YX-1".to_owned(),
        rev: 2,
        changed_at: at(50),
        tags: vec!["上新".to_owned()],
        ..first.clone()
    };
    worklog::update(tx, &changed, "{\"solution\":\"\"}")?;
    same(worklog::get(tx, first.id)?, Some(changed));
    same(worklog::get(tx, id(99))?, None);
    assert_eq!(
        worklog::past(tx, first.id)?,
        [(1, at(50), "{\"solution\":\"\"}".to_owned())]
    );
    let mut both = worklog::by_ids(tx, &[second.id.bytes(), third.id.bytes()])?;
    both.sort_by_key(|w| w.at);
    same(both, vec![second, third]);
});

contract!(entries_are_forgotten_with_the_buyer, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let (buyer, thread) = a_thread(tx, shop, "甲")?;
    let of_thread = WorklogRow {
        thread: Some(thread),
        seq: 3,
        buyer: Some(buyer),
        ..noted(11, shop, me)
    };
    let of_order = WorklogRow {
        order: Some(id(60)),
        number: "8001".to_owned(),
        ..noted(12, shop, me)
    };
    let of_nobody = noted(13, shop, me);
    for w in [&of_thread, &of_order, &of_nobody] {
        worklog::insert(tx, w)?;
    }
    worklog::update(
        tx,
        &WorklogRow {
            rev: 2,
            ..of_thread.clone()
        },
        "{}",
    )?;
    let orders = [id::<Uuid>(60).into_bytes()];
    let found = worklog::about(tx, &[], &orders, &[buyer.bytes()])?;
    assert_eq!(
        found.iter().map(|w| w.id).collect::<Vec<_>>(),
        [of_thread.id, of_order.id]
    );
    assert_eq!(worklog::about(tx, &[thread.bytes()], &[], &[])?.len(), 1);
    assert_eq!(worklog::forget(tx, &[of_thread.id.bytes()], at(90))?, 1);
    let gone = worklog::get(tx, of_thread.id)?.unwrap();
    assert_eq!(
        (
            gone.problem.as_str(),
            gone.thread,
            gone.buyer,
            gone.erased_at,
            gone.tags.len()
        ),
        ("", None, None, Some(at(90)), 0)
    );
    assert!(worklog::past(tx, of_thread.id)?.is_empty());
    assert_eq!(worklog::unlink_old(tx, at(12))?, 0);
    assert_eq!(worklog::unlink_old(tx, at(13))?, 1);
    let old = worklog::get(tx, of_order.id)?.unwrap();
    assert_eq!(
        (old.problem.as_str(), old.order, old.number.as_str()),
        ("尺码表缺了", None, "")
    );
});
