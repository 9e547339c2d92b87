//! Findings and idle stretches.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use yingke_domain::incident::{Rule, State};
use yingke_kernel::{Fen, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::incident::{self, Count, Filter, IncidentRow};

fn row(n: u128, shop: ShopId, person: Option<PersonId>, thread: Option<ThreadId>) -> IncidentRow {
    IncidentRow {
        id: id(n),
        shop,
        rule: Rule::Slow,
        kind: "turn".to_owned(),
        mark: format!("m{n}"),
        person,
        thread,
        seq: 4,
        at: at(n as i64),
        from: at(n as i64),
        to: at(n as i64 + 150),
        secs: 150,
        tier: 0,
        amount: Fen(0),
        running: false,
        stands: true,
        absorbed_by: None,
        found_at: at(1_000),
        state: State::Proposed,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        appeal: String::new(),
    }
}

fn everything(shop: ShopId) -> Filter {
    Filter {
        shops: vec![shop.bytes()],
        from: Stamp::from_micros(0),
        to: at(10_000),
        person: None,
        rule: None,
        state: None,
        before: None,
    }
}

contract!(the_same_finding_takes_new_facts_and_keeps_what_was_said, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (one, boss) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let first = row(1, shop, Some(one), Some(thread));
    incident::put(tx, &first)?;
    incident::decide(tx, first.id, State::Confirmed, boss, at(2_000), "看过了")?;
    incident::appeal(tx, first.id, "当时在查库存")?;
    let grown = IncidentRow {
        id: id(99),
        rule: Rule::Grave,
        to: at(2_000),
        secs: 1_999,
        tier: 1,
        amount: Fen(10_000),
        found_at: at(3_000),
        ..first.clone()
    };
    incident::put(tx, &grown)?;
    let expected = IncidentRow {
        id: first.id,
        found_at: first.found_at,
        decided_by: Some(boss),
        decided_at: Some(at(2_000)),
        reason: "看过了".to_owned(),
        appeal: "当时在查库存".to_owned(),
        ..grown
    };
    same(incident::get(tx, first.id)?, Some(expected.clone()));
    same(incident::by_mark(tx, "m1")?, Some(expected.clone()));
    same(incident::of_threads(tx, &[thread.bytes()])?, vec![expected]);
    same(incident::get(tx, id(99))?, None);
    same(incident::by_mark(tx, "m2")?, None);
});

contract!(findings_are_listed_latest_first_and_by_filter, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (one, two) = (a_person(tx, 7)?, a_person(tx, 8)?);
    let (a, b) = (row(1, shop, Some(one), None), row(2, shop, Some(two), None));
    let c = IncidentRow {
        rule: Rule::Grave,
        tier: 1,
        amount: Fen(10_000),
        state: State::Confirmed,
        ..row(3, shop, Some(one), None)
    };
    for i in [&a, &b, &c, &row(4, other, None, None)] {
        incident::put(tx, i)?;
    }
    let all = everything(shop);
    same(
        incident::list(tx, &all, 9)?,
        vec![c.clone(), b.clone(), a.clone()],
    );
    same(incident::list(tx, &all, 1)?, vec![c.clone()]);
    let cut = |f: Filter| f;
    let next = cut(Filter {
        before: Some((c.at, c.id)),
        ..all.clone()
    });
    same(incident::list(tx, &next, 9)?, vec![b.clone(), a.clone()]);
    let of_one = Filter {
        person: Some(one),
        ..all.clone()
    };
    same(incident::list(tx, &of_one, 9)?, vec![c.clone(), a.clone()]);
    let grave = Filter {
        rule: Some(Rule::Grave),
        ..all.clone()
    };
    same(incident::list(tx, &grave, 9)?, vec![c.clone()]);
    let confirmed = Filter {
        state: Some(State::Confirmed),
        ..all.clone()
    };
    same(incident::list(tx, &confirmed, 9)?, vec![c.clone()]);
    let early = Filter {
        to: b.at,
        ..all.clone()
    };
    same(incident::list(tx, &early, 9)?, vec![a.clone()]);
    let counted = |rule, state, count, amount| Count {
        rule,
        state,
        count,
        amount: Fen(amount),
    };
    same(
        incident::count(tx, &all)?,
        vec![
            counted(Rule::Slow, State::Proposed, 2, 0),
            counted(Rule::Grave, State::Confirmed, 1, 10_000),
        ],
    );
    incident::absorb(tx, c.id, Some(a.id))?;
    same(
        incident::count(tx, &of_one)?,
        vec![counted(Rule::Slow, State::Proposed, 1, 0)],
    );
    incident::absorb(tx, c.id, None)?;
    same(incident::get(tx, c.id)?.map(|i| i.absorbed_by), Some(None));
    incident::remove(tx, a.id)?;
    same(incident::list(tx, &of_one, 9)?, vec![c]);
});

contract!(findings_of_a_person_that_meet_a_time, |tx| {
    let shop = a_shop(tx, 1)?;
    let one = a_person(tx, 7)?;
    let i = row(1, shop, Some(one), None);
    incident::put(tx, &i)?;
    let met = |tx: &mut yingke_store::Tx<'_>, rules: &[Rule], from, to| {
        incident::of_person(tx, one, rules, at(from), at(to)).map(|all| all.len())
    };
    assert_eq!(met(tx, &[Rule::Slow, Rule::Idle], 0, 2)?, 1);
    assert_eq!(met(tx, &[Rule::Slow], 0, 1)?, 0, "begins when it ends");
    assert_eq!(met(tx, &[Rule::Slow], 151, 200)?, 0, "ends when it begins");
    assert_eq!(met(tx, &[Rule::Idle], 0, 200)?, 0);
});

contract!(an_idle_stretch_ends_once, |tx| {
    let one = a_person(tx, 7)?;
    incident::put_idle(tx, one, at(5), None)?;
    incident::put_idle(tx, one, at(5), None)?;
    same(incident::open_idle(tx)?, vec![(one, at(5))]);
    incident::put_idle(tx, one, at(5), Some(at(9_000)))?;
    same(incident::open_idle(tx)?, vec![]);
});

contract!(a_finding_is_told_after_the_commit, |tx| {
    let shop = a_shop(tx, 1)?;
    incident::tell(tx, row(1, shop, None, None));
});
