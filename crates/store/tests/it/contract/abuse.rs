//! Marks, blocks, reports.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use yingke_domain::abuse::{MarkState, Sort};
use yingke_kernel::{BuyerId, PersonId, ShopId, ThreadId};
use yingke_store::abuse::{self, BlockRow, MarkRow, ReportRow};

fn proposed(n: u128, shop: ShopId, thread: ThreadId, person: PersonId) -> MarkRow {
    MarkRow {
        id: id(n),
        shop,
        thread,
        conversation: id(70),
        seq: n as i64,
        sort: Sort::Harassing,
        person,
        at: at(n as i64),
        reason: "骂人".to_owned(),
        answered: n == 1,
        state: MarkState::Open,
        decided_by: None,
        decided_at: None,
        note: String::new(),
        entry: None,
    }
}

contract!(a_mark_is_open_until_it_is_decided, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (_, elsewhere) = a_thread(tx, other, "c")?;
    let (one, boss) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let first = proposed(1, shop, thread, one);
    let second = MarkRow {
        sort: Sort::Irrelevant,
        seq: 0,
        ..proposed(2, shop, thread, one)
    };
    let third = proposed(3, other, elsewhere, one);
    for m in [&second, &first, &third] {
        abuse::propose(tx, m)?;
    }
    let shops = [shop.bytes()];
    same(
        abuse::marks_open(tx, &shops)?,
        vec![first.clone(), second.clone()],
    );
    let settled = MarkRow {
        state: MarkState::Confirmed,
        decided_by: Some(boss),
        decided_at: Some(at(9)),
        note: "确实".to_owned(),
        entry: Some(12),
        ..first
    };
    abuse::settle(tx, &settled)?;
    same(abuse::mark(tx, settled.id)?, Some(settled.clone()));
    same(abuse::mark(tx, id(99))?, None);
    same(abuse::marks_open(tx, &shops)?, vec![second.clone()]);
    same(
        abuse::marks_of_thread(tx, thread)?,
        vec![settled.clone(), second.clone()],
    );
    same(
        abuse::marks_between(tx, &shops, at(0), at(9), 9)?,
        vec![second.clone(), settled.clone()],
    );
    same(
        abuse::marks_between(tx, &shops, at(0), at(2), 9)?,
        vec![settled.clone()],
    );
    same(abuse::marks_between(tx, &shops, at(0), at(9), 1)?, vec![second]);
    assert!(
        !abuse::is_imported(tx, id(70))?,
        "one that is not there came from no file"
    );
    assert_eq!(abuse::forget(tx, &[thread.bytes()])?, 2);
    let bare = MarkRow {
        reason: String::new(),
        note: String::new(),
        ..settled
    };
    same(abuse::mark(tx, bare.id)?, Some(bare));
});

contract!(a_block_stands_until_its_end_or_until_it_is_lifted, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (buyer, thread) = a_thread(tx, shop, "b")?;
    let (stranger, elsewhere) = a_thread(tx, other, "c")?;
    let boss = a_person(tx, 8)?;
    let block = |n: u128, shop: ShopId, buyer: BuyerId, thread: ThreadId| BlockRow {
        id: id(n),
        shop,
        buyer,
        thread,
        person: boss,
        at: at(n as i64),
        until: None,
        reason: "反复辱骂".to_owned(),
        lifted_by: None,
        lifted_at: None,
        note: String::new(),
    };
    let first = block(1, shop, buyer, thread);
    let second = BlockRow {
        until: Some(at(100)),
        ..block(2, other, stranger, elsewhere)
    };
    abuse::put_block(tx, &first)?;
    abuse::put_block(tx, &second)?;
    same(
        abuse::blocks_standing(tx, at(99))?,
        vec![first.clone(), second.clone()],
    );
    same(abuse::blocks_standing(tx, at(100))?, vec![first.clone()]);
    let lifted = BlockRow {
        lifted_by: Some(boss),
        lifted_at: Some(at(50)),
        note: "道歉了".to_owned(),
        ..first
    };
    abuse::lift_block(tx, &lifted)?;
    same(abuse::blocks_standing(tx, at(60))?, vec![second.clone()]);
    same(abuse::block(tx, lifted.id)?, Some(lifted.clone()));
    same(abuse::block(tx, id(9))?, None);
    same(abuse::blocks_of_thread(tx, thread)?, vec![lifted.clone()]);
    let shops = [shop.bytes(), other.bytes()];
    same(abuse::blocks(tx, &shops, 9)?, vec![second.clone(), lifted]);
    same(abuse::blocks(tx, &shops, 1)?, vec![second]);
});

contract!(a_report_is_kept_with_its_outcome, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (one, boss) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let first = ReportRow {
        id: id(1),
        shop,
        thread,
        person: one,
        at: at(1),
        place: "平台".to_owned(),
        number: String::new(),
        outcome: String::new(),
        changed_by: one,
        changed_at: at(1),
    };
    abuse::put_report(tx, &first)?;
    let later = ReportRow {
        id: id(2),
        at: at(2),
        ..first.clone()
    };
    abuse::put_report(tx, &later)?;
    let changed = ReportRow {
        place: "派出所".to_owned(),
        number: "A-12".to_owned(),
        outcome: "已受理".to_owned(),
        changed_by: boss,
        changed_at: at(5),
        ..first
    };
    abuse::change_report(tx, &changed)?;
    same(abuse::report(tx, changed.id)?, Some(changed.clone()));
    same(abuse::report(tx, id(9))?, None);
    same(
        abuse::reports_of_thread(tx, thread)?,
        vec![changed.clone(), later.clone()],
    );
    let shops = [shop.bytes()];
    same(abuse::reports(tx, &shops, 9)?, vec![later.clone(), changed]);
    same(abuse::reports(tx, &shops, 1)?, vec![later]);
});
