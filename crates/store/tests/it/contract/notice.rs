//! Notices, their wordings and confirmations.

use super::{a_person, a_shop, at, contract, id, same};
use yingke_domain::notice::{Audience, Kind};
use yingke_kernel::{NoticeId, PersonId, ShopId};
use yingke_store::notice::{self, NoticeRow, Wording};

fn wording(revision: i64, person: PersonId, secs: i64) -> Wording {
    Wording {
        revision,
        title: format!("第{revision}版"),
        text: "周五上架，先看尺寸表".to_owned(),
        urgent: revision == 1,
        person,
        at: at(secs),
    }
}

fn row(n: u128, shop: ShopId, person: PersonId, audience: Audience) -> NoticeRow {
    NoticeRow {
        id: id(n),
        shop,
        person,
        at: at(n as i64),
        kind: Kind::Goods,
        audience,
        revision: 1,
        until: None,
        ended_at: None,
        ended_by: None,
        reminded: 0,
        wording: wording(1, person, n as i64),
        seen: Vec::new(),
    }
}

contract!(a_notice_keeps_its_wordings_and_who_confirmed_which, |tx| {
    let shop = a_shop(tx, 1)?;
    let (boss, one, two) = (a_person(tx, 7)?, a_person(tx, 8)?, a_person(tx, 9)?);
    let first = row(1, shop, boss, Audience::People(vec![one, two]));
    notice::put(tx, &first)?;
    same(notice::get(tx, first.id)?, Some(first.clone()));
    same(notice::get(tx, id(99))?, None);

    assert!(notice::confirm(tx, first.id, two, 1, at(20))?);
    assert!(notice::confirm(tx, first.id, one, 1, at(30))?);
    assert!(
        !notice::confirm(tx, first.id, one, 1, at(40))?,
        "the first time counts"
    );
    notice::remind(tx, first.id, 1)?;
    let read = notice::get(tx, first.id)?.unwrap();
    assert_eq!(read.seen, vec![(two, at(20)), (one, at(30))]);
    assert_eq!(
        (read.reminded, read.confirmed(one), read.confirmed(boss)),
        (1, Some(at(30)), None)
    );

    // Another wording: nobody has confirmed that one, and what was stays on record.
    let second = wording(2, boss, 50);
    notice::correct(tx, first.id, &second, Some(at(500)))?;
    assert!(notice::confirm(tx, first.id, one, 2, at(60))?);
    let corrected = NoticeRow {
        revision: 2,
        until: Some(at(500)),
        reminded: 1,
        wording: second.clone(),
        seen: vec![(one, at(60))],
        ..first.clone()
    };
    same(notice::get(tx, first.id)?, Some(corrected.clone()));
    same(
        notice::wordings(tx, first.id)?,
        vec![first.wording.clone(), second],
    );
    same(
        notice::confirmations(tx, first.id)?,
        vec![(two, 1, at(20)), (one, 1, at(30)), (one, 2, at(60))],
    );
    notice::end(tx, first.id, at(70), two)?;
    let ended = NoticeRow {
        ended_at: Some(at(70)),
        ended_by: Some(two),
        ..corrected
    };
    same(notice::get(tx, first.id)?, Some(ended.clone()));
    notice::tell(tx, ended, Some(one), false);
});

contract!(notices_in_force_and_a_shops_list, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let boss = a_person(tx, 7)?;
    let all = row(1, shop, boss, Audience::Shop);
    let line = NoticeRow {
        until: Some(at(100)),
        kind: Kind::Rule,
        ..row(2, shop, boss, Audience::Line("pre_sales".to_owned()))
    };
    let gone = row(3, shop, boss, Audience::Shop);
    let elsewhere = row(4, other, boss, Audience::Shop);
    for n in [&all, &line, &gone, &elsewhere] {
        notice::put(tx, n)?;
    }
    notice::end(tx, gone.id, at(50), boss)?;
    let ids = |rows: Vec<NoticeRow>| rows.into_iter().map(|n| n.id).collect::<Vec<NoticeId>>();
    same(
        ids(notice::in_force(tx, at(99))?),
        vec![all.id, line.id, elsewhere.id],
    );
    same(ids(notice::in_force(tx, at(100))?), vec![all.id, elsewhere.id]);
    same(
        notice::list(tx, &[shop.bytes()], None, 10)?[1..].to_vec(),
        vec![line.clone(), all.clone()],
    );
    same(
        ids(notice::list(tx, &[shop.bytes()], None, 2)?),
        vec![gone.id, line.id],
    );
    same(
        ids(notice::list(tx, &[shop.bytes()], Some((line.at, line.id)), 2)?),
        vec![all.id],
    );
    same(notice::list(tx, &[], None, 10)?, vec![]);
});
