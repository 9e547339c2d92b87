//! Matters that were handed up.

use super::{a_person, a_shop, a_thread, at, contract, same};
use yingke_domain::escalation::Upward;
use yingke_store::escalation::{self, EscalationRow, Filter};

contract!(r_desk_13_what_was_handed_up_is_on_record, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (_, second) = a_thread(tx, other, "c")?;
    let (one, two) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let row = |seq: i64, time| EscalationRow {
        thread,
        seq,
        shop,
        at: at(time),
        person: one,
        how: Upward::Transfer,
        to_person: None,
        to_line: Some("after_sales".to_owned()),
    };
    let first = row(3, 10);
    let asked = EscalationRow {
        how: Upward::Mention,
        to_person: Some(two),
        to_line: None,
        ..row(5, 20)
    };
    let price = EscalationRow {
        how: Upward::Price,
        to_line: None,
        person: two,
        ..row(8, 20)
    };
    let elsewhere = EscalationRow {
        thread: second,
        shop: other,
        ..row(1, 15)
    };
    for e in [&first, &asked, &price, &elsewhere] {
        escalation::record(tx, e)?;
    }
    same(
        escalation::of_thread(tx, thread)?,
        vec![first.clone(), asked.clone(), price.clone()],
    );
    let filter = Filter {
        shops: vec![shop.bytes()],
        from: at(0),
        to: at(100),
        ..Filter::default()
    };
    same(
        escalation::list(tx, &filter, 9)?,
        vec![price.clone(), asked.clone(), first.clone()],
    );
    let rest = Filter {
        before: Some((price.at, price.thread, price.seq)),
        ..filter.clone()
    };
    same(escalation::list(tx, &rest, 1)?, vec![asked.clone()]);
    let own = Filter {
        person: Some(two),
        ..filter.clone()
    };
    same(escalation::list(tx, &own, 9)?, vec![price]);
    same(
        escalation::count(tx, &filter)?,
        vec![
            (one, Upward::Mention, 1),
            (one, Upward::Transfer, 1),
            (two, Upward::Price, 1),
        ],
    );
    let early = Filter { to: at(11), ..filter };
    same(escalation::count(tx, &early)?, vec![(one, Upward::Transfer, 1)]);
});
