//! Telephone calls.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use yingke_domain::call::{Direction, Outcome};
use yingke_kernel::{PersonId, ShopId, ThreadId};
use yingke_store::call::{self, CallRow, Filter};

fn talked(n: u128, shop: ShopId, thread: Option<ThreadId>, person: PersonId) -> CallRow {
    CallRow {
        id: id(n),
        shop,
        thread,
        number: "8001".to_owned(),
        phone: "13812342207".to_owned(),
        direction: Direction::Out,
        person,
        at: at(n as i64),
        secs: Some(65),
        outcome: Outcome::Agreed,
        words: "问补发".to_owned(),
        agreed: "周五前补发".to_owned(),
        due_at: Some(at(100 - n as i64)),
        confirmed_seq: None,
        confirmed_by: None,
        confirmed_at: None,
        changed_by: person,
        changed_at: at(n as i64),
    }
}

contract!(a_call_is_open_until_it_is_confirmed, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (_, thread) = a_thread(tx, shop, "b")?;
    let one = a_person(tx, 7)?;
    let first = talked(1, shop, Some(thread), one);
    let second = talked(2, shop, Some(thread), one);
    let bare = CallRow {
        due_at: None,
        secs: None,
        agreed: String::new(),
        outcome: Outcome::NoAnswer,
        direction: Direction::In,
        ..talked(3, shop, None, one)
    };
    let elsewhere = talked(4, other, None, one);
    for c in [&first, &second, &bare, &elsewhere] {
        call::log(tx, c)?;
    }
    let shops = [shop.bytes()];
    assert!(first.is_open() && !bare.is_open());
    same(call::open(tx, &shops)?, vec![second.clone(), first.clone()]);
    let done = CallRow {
        number: "8002".to_owned(),
        phone: "13900001111".to_owned(),
        direction: Direction::In,
        at: at(5),
        secs: None,
        outcome: Outcome::Settled,
        words: "说好了".to_owned(),
        agreed: "明天补发".to_owned(),
        due_at: Some(at(90)),
        confirmed_seq: Some(12),
        confirmed_by: Some(one),
        confirmed_at: Some(at(50)),
        changed_at: at(50),
        ..second
    };
    call::change(tx, &done)?;
    same(call::get(tx, done.id)?, Some(done.clone()));
    same(call::get(tx, id(9))?, None);
    same(call::open(tx, &shops)?, vec![first.clone()]);
    let of = [thread.bytes()];
    same(call::of_threads(tx, &of, 9)?, vec![done.clone(), first.clone()]);
    same(call::of_threads(tx, &of, 1)?, vec![done.clone()]);
    assert_eq!(call::forget(tx, &of)?, 2);
    let blank = CallRow {
        number: String::new(),
        phone: String::new(),
        words: String::new(),
        agreed: String::new(),
        ..first
    };
    same(call::get(tx, blank.id)?, Some(blank));
    // The one without words is forgotten for its number; those forgotten already are not counted again.
    assert_eq!(call::forget_old(tx, at(4))?, 1);
    assert_eq!(
        call::get(tx, bare.id)?.map(|c| (c.phone, c.number)),
        Some((String::new(), "8001".to_owned()))
    );
});

contract!(calls_are_listed_latest_first_and_narrowed, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (one, two) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let a = talked(1, shop, None, one);
    let b = CallRow {
        outcome: Outcome::NoAnswer,
        due_at: None,
        number: "A-77".to_owned(),
        phone: String::new(),
        ..talked(2, shop, None, two)
    };
    let c = talked(3, other, None, one);
    for row in [&a, &b, &c] {
        call::log(tx, row)?;
    }
    let all = Filter {
        shops: vec![shop.bytes()],
        from: at(0),
        to: at(9),
        ..Filter::default()
    };
    same(call::list(tx, &all, 9)?, vec![b.clone(), a.clone()]);
    same(call::list(tx, &all, 1)?, vec![b.clone()]);
    let before = Some((b.at, b.id));
    same(
        call::list(
            tx,
            &Filter {
                before,
                ..all.clone()
            },
            9,
        )?,
        vec![a.clone()],
    );
    same(
        call::list(
            tx,
            &Filter {
                person: Some(two),
                ..all.clone()
            },
            9,
        )?,
        vec![b.clone()],
    );
    let outcome = Some(Outcome::Agreed);
    same(
        call::list(
            tx,
            &Filter {
                outcome,
                ..all.clone()
            },
            9,
        )?,
        vec![a.clone()],
    );
    same(
        call::list(
            tx,
            &Filter {
                open: true,
                ..all.clone()
            },
            9,
        )?,
        vec![a.clone()],
    );
    same(
        call::list(
            tx,
            &Filter {
                to: at(2),
                ..all.clone()
            },
            9,
        )?,
        vec![a.clone()],
    );
    for (number, expected) in [("2207", vec![a]), ("77", vec![b]), ("%", vec![]), ("555", vec![])] {
        let found = call::list(
            tx,
            &Filter {
                number: number.to_owned(),
                ..all.clone()
            },
            9,
        )?;
        if number != "%" {
            same(found, expected);
        } else {
            assert_eq!(found.len(), 2, "a sign of patterns alone narrows nothing");
        }
    }
});
