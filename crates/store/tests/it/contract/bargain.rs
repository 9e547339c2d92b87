//! Concessions, requests, the ladder.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use yingke_domain::bargain::{Form, State, Step};
use yingke_kernel::{Fen, PersonId, ShopId, ThreadId};
use yingke_store::bargain::{self, ApprovalRow, ConcessionRow, Sum};

fn given(n: u128, shop: ShopId, thread: ThreadId, person: PersonId) -> ConcessionRow {
    ConcessionRow {
        id: id(n),
        shop,
        thread,
        order: None,
        number: "8001".to_owned(),
        person,
        at: at(n as i64),
        total: Fen(35_800),
        off: Fen(300),
        form: Form::Freight,
        supervised: false,
        approver: None,
        approval: None,
        warned: false,
        reason: "老客".to_owned(),
    }
}

fn asked(n: u128, shop: ShopId, thread: ThreadId, person: PersonId) -> ApprovalRow {
    ApprovalRow {
        id: id(n),
        shop,
        thread,
        order: None,
        number: String::new(),
        person,
        at: at(n as i64),
        total: Fen(35_800),
        asked: Fen(34_000),
        why: "beyond_limit".to_owned(),
        reason: "一次买三件".to_owned(),
        state: State::Open,
        answer: None,
        answered_by: None,
        answered_at: None,
        note: String::new(),
    }
}

contract!(concessions_are_counted_listed_and_summed, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (_, elsewhere) = a_thread(tx, other, "c")?;
    let (one, boss) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let first = given(1, shop, thread, one);
    let second = ConcessionRow {
        supervised: true,
        approver: Some(boss),
        approval: Some(id(90)),
        order: Some(id(50)),
        warned: true,
        form: Form::Price,
        off: Fen(1_800),
        ..given(2, shop, thread, one)
    };
    let third = given(3, other, elsewhere, boss);
    for c in [&first, &second, &third] {
        bargain::give(tx, c)?;
    }
    assert_eq!(
        bargain::used(tx, one, at(0))?,
        1,
        "the supervisor's are not the agent's"
    );
    assert_eq!(bargain::used(tx, one, at(2))?, 0);
    same(
        bargain::of_thread(tx, thread)?,
        vec![first.clone(), second.clone()],
    );
    same(
        bargain::of_order(tx, shop, "8001")?,
        vec![first.clone(), second.clone()],
    );
    same(bargain::of_order(tx, shop, "8002")?, vec![]);
    let shops = [shop.bytes()];
    let before = |secs: i64| (at(secs), id(0));
    same(
        bargain::between(tx, &shops, at(0), before(9), 9)?,
        vec![second.clone(), first.clone()],
    );
    same(
        bargain::between(tx, &shops, at(0), before(2), 9)?,
        vec![first.clone()],
    );
    same(
        bargain::between(tx, &shops, at(0), before(9), 1)?,
        vec![second.clone()],
    );
    // Behind the last one of a page, also among those of one instant.
    same(
        bargain::between(tx, &shops, at(0), (second.at, second.id), 9)?,
        vec![first],
    );
    let after = bargain::between(tx, &shops, second.at, (second.at, id(3)), 9)?;
    same(after, vec![second]);
    let sum = Sum {
        person: one,
        count: 2,
        off: Fen(2_100),
        total: Fen(71_600),
        own: Fen(300),
    };
    same(bargain::sums(tx, &shops, at(0), at(9))?, vec![sum]);
    assert_eq!(bargain::sales(tx, &shops, at(0), at(9))?, Fen(0));
});

contract!(a_request_is_open_until_it_is_settled, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (one, boss) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let (first, second) = (asked(1, shop, thread, one), asked(2, shop, thread, one));
    bargain::ask(tx, &second)?;
    bargain::ask(tx, &first)?;
    let shops = [shop.bytes()];
    same(
        bargain::approvals_open(tx, &shops)?,
        vec![first.clone(), second.clone()],
    );
    let settled = ApprovalRow {
        state: State::Countered,
        answer: Some(Fen(35_000)),
        answered_by: Some(boss),
        answered_at: Some(at(5)),
        note: "最多到350".to_owned(),
        ..first
    };
    bargain::settle(tx, &settled)?;
    same(bargain::approval(tx, settled.id)?, Some(settled.clone()));
    same(bargain::approval(tx, id(9))?, None);
    same(bargain::approvals_open(tx, &shops)?, vec![second.clone()]);
    same(bargain::approvals_of_thread(tx, thread)?, vec![second, settled]);
});

contract!(a_step_is_tried_once, |tx| {
    let one = a_person(tx, 7)?;
    bargain::try_step(tx, id(1), Step::Lowest, one, at(1))?;
    bargain::try_step(tx, id(1), Step::Activity, one, at(2))?;
    bargain::try_step(tx, id(1), Step::Lowest, one, at(3))?;
    same(bargain::steps(tx, id(1))?, vec![Step::Lowest, Step::Activity]);
    same(bargain::steps(tx, id(2))?, vec![]);
});
