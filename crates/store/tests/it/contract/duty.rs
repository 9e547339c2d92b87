//! The lists of the day: lines, ticks, days.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use uuid::Uuid;
use yingke_domain::duty::{Group, List, Outcome};
use yingke_kernel::{Fen, OrderId, PersonId, ShopId, Stamp, ThreadId, TickId};
use yingke_store::duty::{
    self, Counted, DayCount, NoteLine, OrdersWanted, RatingLine, Sheet, TickCount, TickRow,
};
use yingke_store::order::{self, OrderItem, OrderRow};
use yingke_store::presence::{self, HandoverRow};
use yingke_store::{Result, Tx, args};

const DAY: &str = "2026-11-22";
const START: (Stamp, OrderId) = (Stamp::from_micros(i64::MIN), OrderId(Uuid::nil()));

fn bought(number: &str, created: i64, paid: Option<i64>, state: &str, title: &str) -> OrderRow {
    OrderRow {
        platform: "taobao".to_owned(),
        number: number.to_owned(),
        layout: "plain".to_owned(),
        buyer: Some("买家".to_owned()),
        gross: Fen(200),
        refund: Fen(0),
        net: Fen(200),
        created: at(created),
        paid: paid.map(at),
        state: Some(state.to_owned()).filter(|s| !s.is_empty()),
        shipped: None,
        signed: None,
        receiver: None,
        phone: None,
        address: None,
        parcel: None,
        items: vec![OrderItem {
            code: "A".to_owned(),
            title: title.to_owned(),
            sku: String::new(),
            quantity: 1,
            price: None,
        }],
        facts: "{}".to_owned(),
        digest: [1; 32],
    }
}

fn put(tx: &mut Tx<'_>, shop: ShopId, orders: &[OrderRow]) -> Result<Vec<OrderId>> {
    let ids: Vec<OrderId> = (0..orders.len() as u128).map(|n| id(500 + n)).collect();
    order::upsert_many_as(tx, shop, orders, &ids, at(0))?;
    Ok(ids)
}

fn sheet(shop: ShopId) -> Sheet<'static> {
    Sheet {
        shop,
        list: List::Opening,
        day: DAY,
    }
}

fn ticked(n: u128, shop: ShopId, group: Group, of: Uuid, person: PersonId) -> TickRow {
    TickRow {
        id: id(n),
        shop,
        list: List::Opening,
        day: DAY.to_owned(),
        group,
        of,
        seq: 0,
        thread: None,
        order: None,
        words: "8001 · 挂毯".to_owned(),
        outcome: Outcome::Done,
        reason: String::new(),
        note: String::new(),
        late: false,
        person,
        at: at(n as i64),
    }
}

fn numbers(lines: &[duty::OrderLine]) -> Vec<&str> {
    lines.iter().map(|l| l.number.as_str()).collect()
}

contract!(orders_that_nobody_paid_or_shipped_are_listed_oldest_first, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let ids = put(
        tx,
        shop,
        &[
            bought("1", 10, None, "", "挂毯"),
            bought("2", 5, None, "等待买家付款", "桌布"),
            bought("3", 6, None, "交易关闭", "桌布"),
            bought("4", 1, None, "", "太早"),
            bought("5", 1, Some(20), "买家已付款，等待卖家发货", "【预售】Scarf"),
            bought("6", 1, Some(15), "", "挂毯"),
            bought("7", 1, Some(16), "交易成功", "挂毯"),
            bought("8", 1, Some(99), "", "挂毯"),
        ],
    )?;
    let unpaid = OrdersWanted {
        paid: false,
        from: at(4),
        until: at(50),
        over: &["交易关闭"],
        titles: &[],
    };
    let found = duty::orders(tx, sheet(shop), Group::Unpaid, &unpaid, START, 9)?;
    assert_eq!(numbers(&found), ["2", "1"]);
    assert_eq!(
        (
            found[0].title.as_str(),
            found[0].paid,
            found[0].gross,
            &found[0].arrival
        ),
        ("桌布", None, Fen(200), &None)
    );
    assert_eq!(duty::count_orders(tx, sheet(shop), Group::Unpaid, &unpaid)?, 2);
    assert_eq!(duty::count_orders(tx, sheet(other), Group::Unpaid, &unpaid)?, 0);
    let after = (found[0].created, found[0].id);
    let rest = duty::orders(tx, sheet(shop), Group::Unpaid, &unpaid, after, 9)?;
    assert_eq!(numbers(&rest), ["1"]);
    same(duty::order(tx, shop, &unpaid, ids[1])?, Some(found[0].clone()));
    same(duty::order(tx, shop, &unpaid, ids[2])?, None);

    let paid = OrdersWanted {
        paid: true,
        from: at(0),
        until: at(50),
        over: &["交易成功"],
        titles: &[],
    };
    let found = duty::orders(tx, sheet(shop), Group::Unshipped, &paid, START, 9)?;
    assert_eq!(numbers(&found), ["6", "5"]);
    assert_eq!(duty::count_orders(tx, sheet(shop), Group::Unshipped, &paid)?, 2);
    same(duty::order(tx, shop, &paid, ids[7])?, None);
    let titles = ["%预售%".to_owned(), "%pre-order%".to_owned()];
    let presale = OrdersWanted {
        titles: &titles,
        ..paid.clone()
    };
    let found = duty::orders(tx, sheet(shop), Group::Presale, &presale, START, 9)?;
    assert_eq!(numbers(&found), ["5"]);
    assert_eq!(duty::count_orders(tx, sheet(shop), Group::Presale, &presale)?, 1);
    same(duty::order(tx, shop, &presale, ids[5])?, None);
    let me = a_person(tx, 7)?;
    duty::put_arrival(tx, ids[4], "2026-12-01", me, at(1))?;
    duty::put_arrival(tx, ids[4], "2026-12-02", me, at(2))?;
    let known = duty::order(tx, shop, &presale, ids[4])?.and_then(|o| o.arrival);
    assert_eq!(known.as_deref(), Some("2026-12-02"));

    // With a tick an order leaves this group of this list, and no other.
    let mine = TickRow {
        order: Some(ids[5]),
        ..ticked(1, shop, Group::Unshipped, ids[5].0, me)
    };
    assert_eq!(duty::tick(tx, std::slice::from_ref(&mine))?, 1);
    assert_eq!(duty::count_orders(tx, sheet(shop), Group::Unshipped, &paid)?, 1);
    assert_eq!(duty::count_orders(tx, sheet(shop), Group::Yesterday, &paid)?, 2);
    assert_eq!(duty::order_of(tx, shop, "6")?, Some(ids[5]));
    assert_eq!(duty::order_of(tx, shop, "60")?, None);
});

contract!(a_line_has_one_tick_until_it_is_taken_back, |tx| {
    let shop = a_shop(tx, 1)?;
    let (one, two) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let line: Uuid = id(40);
    let first = ticked(1, shop, Group::Own, line, one);
    assert_eq!(duty::tick(tx, std::slice::from_ref(&first))?, 1);
    let again = ticked(2, shop, Group::Own, line, two);
    assert_eq!(duty::tick(tx, std::slice::from_ref(&again))?, 0);
    same(
        duty::tick_of(tx, sheet(shop), Group::Own, line, 0)?,
        Some(first.clone()),
    );
    same(duty::tick_of(tx, sheet(shop), Group::Own, line, 1)?, None);
    same(duty::tick_by_id(tx, first.id)?, Some(first.clone()));
    assert!(duty::undo(tx, &first, two, at(9))?);
    assert!(!duty::undo(tx, &first, two, at(9))?);
    same(duty::tick_by_id(tx, first.id)?, None);
    let skipped = TickRow {
        outcome: Outcome::Skipped,
        reason: "stock".to_owned(),
        note: "等料".to_owned(),
        late: true,
        ..again
    };
    let third = TickRow {
        seq: 3,
        ..ticked(3, shop, Group::Own, line, one)
    };
    assert_eq!(duty::tick(tx, &[skipped.clone(), third.clone()])?, 2);
    let latest = (at(1_000), TickId(Uuid::max()));
    same(
        duty::ticks(tx, sheet(shop), Group::Own, latest, 9)?,
        vec![third.clone(), skipped.clone()],
    );
    same(
        duty::ticks(tx, sheet(shop), Group::Own, (third.at, third.id), 9)?,
        vec![skipped.clone()],
    );
    let mut refs = duty::ticked(tx, sheet(shop), &[Group::Own, Group::Left])?;
    refs.sort_unstable();
    assert_eq!(refs, [(Group::Own, line, 0), (Group::Own, line, 3)]);
    let mut counts = duty::counts(tx, sheet(shop))?;
    counts.sort_by_key(|c| c.late);
    let count = |outcome, late| TickCount {
        group: Group::Own,
        outcome,
        late,
        count: 1,
    };
    same(
        counts,
        vec![count(Outcome::Done, false), count(Outcome::Skipped, true)],
    );
    let mut days = duty::days(tx, &[shop.bytes()], "2026-11-01", DAY)?;
    days.sort_by_key(|d| d.late);
    let day = |person, outcome, late| DayCount {
        shop,
        list: List::Opening,
        day: DAY.to_owned(),
        person,
        outcome,
        late,
        count: 1,
    };
    same(
        days,
        vec![day(one, Outcome::Done, false), day(two, Outcome::Skipped, true)],
    );
    same(
        duty::days(tx, &[shop.bytes()], "2026-11-23", "2026-11-24")?,
        vec![],
    );
});

contract!(own_lines_and_counted_days_replace_what_was_there, |tx| {
    let shop = a_shop(tx, 1)?;
    assert!(duty::own(tx, shop, List::Early)?.is_empty());
    let lines = [(id(2), "站内信".to_owned()), (id(1), "邮箱".to_owned())];
    duty::set_own(tx, shop, List::Early, &lines)?;
    same(duty::own(tx, shop, List::Early)?, lines.to_vec());
    duty::set_own(tx, shop, List::Early, &lines[1..])?;
    same(duty::own(tx, shop, List::Early)?, lines[1..].to_vec());
    assert!(duty::own(tx, shop, List::Opening)?.is_empty());
    let first = Counted {
        shop,
        list: List::Early,
        day: DAY.to_owned(),
        open: 5,
        at: at(1),
    };
    let then = Counted {
        open: 2,
        at: at(2),
        ..first.clone()
    };
    duty::put_day(tx, &first)?;
    duty::put_day(tx, &then)?;
    same(duty::counted(tx, &[shop.bytes()], DAY, DAY)?, vec![then]);
    same(
        duty::counted(tx, &[shop.bytes()], "2026-11-23", "2026-11-24")?,
        vec![],
    );
});

contract!(
    talks_with_something_open_and_marks_and_notes_of_a_shop_are_read,
    |tx| {
        let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
        let me = a_person(tx, 7)?;
        let (_, open) = a_thread(tx, shop, "甲")?;
        let (_, kept) = a_thread(tx, shop, "乙")?;
        let (_, quiet) = a_thread(tx, shop, "丙")?;
        let (_, elsewhere) = a_thread(tx, other, "丁")?;
        for thread in [open, elsewhere] {
            tx.exec(
                "UPDATE thread SET conversation = $2, holder = $3, owed_since = $4, owed_seq = 6, last_text = 'x' WHERE id = $1",
                args![thread, id::<Uuid>(90), me, at(3)],
            )?;
        }
        tx.exec(
            "UPDATE thread SET left_at = $2, promised_at = $3, promised_seq = 4 WHERE id = $1",
            args![kept, at(5), at(6)],
        )?;
        let mut talks = duty::talks(tx, shop)?;
        talks.sort_by_key(|t| t.buyer.clone());
        talks.sort_by_key(|t| !t.open);
        assert_eq!(talks.len(), 2, "{talks:?} without {quiet}");
        assert_eq!(
            (talks[0].thread, talks[0].owed, talks[0].holder),
            (open, Some((at(3), 6)), Some(me))
        );
        assert_eq!(
            (talks[1].thread, talks[1].left, talks[1].promised),
            (kept, Some(at(5)), Some((at(6), 4)))
        );

        let rate = |tx: &mut Tx<'_>, thread: ThreadId, seq: i64, when: i64| {
            tx.exec(
                "INSERT INTO entry (thread, seq, conversation, at, kind, sender, author, words, automatic, text, data)
                 VALUES ($1, $2, $3, $4, 'rating', 'buyer', $3, 0, $5, '慢', '{\"score\":2}')",
                args![thread, seq, id::<Uuid>(90), at(when), false],
            )
        };
        rate(tx, open, 7, 20)?;
        rate(tx, open, 8, 40)?;
        rate(tx, elsewhere, 7, 20)?;
        let mark = RatingLine {
            thread: open,
            seq: 7,
            at: at(20),
            data: Some("{\"score\":2}".to_owned()),
            text: "慢".to_owned(),
            buyer: "甲".to_owned(),
        };
        same(duty::ratings(tx, shop, at(20), at(40), 9)?, vec![mark]);

        let left = HandoverRow {
            id: id(70),
            shop,
            line: None,
            person: me,
            at: at(9),
            note: "跟进补发".to_owned(),
            threads: "[]".to_owned(),
            to_person: None,
        };
        presence::leave_handover(tx, &left)?;
        let note = NoteLine {
            id: left.id,
            line: None,
            person: me,
            at: at(9),
            note: left.note.clone(),
            threads: left.threads.clone(),
            to_person: None,
        };
        same(duty::notes(tx, shop, at(9))?, vec![note]);
        same(duty::notes(tx, shop, at(10))?, vec![]);
        presence::see_handover(tx, left.id, me, at(10))?;
        same(duty::notes(tx, shop, at(9))?, vec![]);
    }
);

contract!(a_buyer_is_forgotten_on_the_lists_too, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let (_, thread) = a_thread(tx, shop, "甲")?;
    let ids = put(tx, shop, &[bought("1", 1, Some(2), "", "预售")])?;
    duty::put_arrival(tx, ids[0], "2026-12-01", me, at(1))?;
    let of_thread = TickRow {
        thread: Some(thread),
        ..ticked(1, shop, Group::Left, thread.0, me)
    };
    let of_order = TickRow {
        order: Some(ids[0]),
        ..ticked(2, shop, Group::Presale, ids[0].0, me)
    };
    let own = ticked(3, shop, Group::Own, id(40), me);
    duty::tick(tx, &[of_thread.clone(), of_order.clone(), own.clone()])?;
    let (threads, orders) = ([thread.bytes()], [ids[0].bytes()]);
    same(
        duty::told_of(tx, &threads, &orders)?,
        vec![of_thread.clone(), of_order.clone()],
    );
    same(duty::told_of(tx, &[], &orders)?, vec![of_order]);
    assert_eq!(duty::forget(tx, &threads, &[])?, 1);
    let words = |tx: &mut Tx<'_>, id: TickId| duty::tick_by_id(tx, id).map(|t| t.map(|t| t.words));
    assert_eq!(words(tx, id(1))?.as_deref(), Some(""));
    assert_eq!(words(tx, id(2))?.as_deref(), Some("8001 · 挂毯"));
    assert_eq!(duty::forget_old(tx, at(2))?, 0, "that one is empty already");
    assert_eq!(duty::forget_old(tx, at(4))?, 1);
    assert_eq!(words(tx, id(2))?.as_deref(), Some(""));
    assert_eq!(
        words(tx, id(3))?.as_deref(),
        Some("8001 · 挂毯"),
        "the shop's own words stay"
    );
    duty::forget(tx, &[], &orders)?;
    let left = tx.all("SELECT day FROM duty_arrival", &[], |row| row.string(0))?;
    assert!(left.is_empty());
});
