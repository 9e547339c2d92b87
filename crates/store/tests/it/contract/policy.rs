//! Versions of the policy.

use super::{a_person, a_shop, a_thread, at, contract, id, message, same, say};
use yingke_domain::conversation::Sender;
use yingke_store::policy::{self, PolicyRow};

fn row(n: u128, effective: &str) -> PolicyRow {
    PolicyRow {
        id: id(n),
        effective: effective.to_owned(),
        changes: r#"{"metric.max_wait":900}"#.to_owned(),
        note: "双11前放宽".to_owned(),
        person: None,
        created: at(n as i64),
        withdrawn: None,
    }
}

contract!(versions_come_by_their_days, |tx| {
    assert!(policy::all(tx)?.is_empty());
    let by = a_person(tx, 7)?;
    policy::insert(tx, &row(1, "2026-11-01"))?;
    let other = PolicyRow {
        person: Some(by),
        ..row(2, "2026-10-01")
    };
    policy::insert(tx, &other)?;
    same(policy::all(tx)?, vec![other, row(1, "2026-11-01")]);
});

contract!(a_day_has_one_version_until_it_is_withdrawn, |tx| {
    let by = a_person(tx, 7)?;
    policy::insert(tx, &row(1, "2026-11-01"))?;
    let taken = tx.attempt(|tx| policy::insert(tx, &row(2, "2026-11-01")));
    assert!(taken.is_err_and(|e| e.is_constraint("policy_effective")));
    assert!(policy::withdraw(tx, id(1), by, at(50))?);
    // Once only, and never one that is not there.
    assert!(!policy::withdraw(tx, id(1), by, at(60))?);
    assert!(!policy::withdraw(tx, id(9), by, at(60))?);
    policy::insert(tx, &row(2, "2026-11-01"))?;
    let withdrawn = PolicyRow {
        withdrawn: Some((Some(by), at(50))),
        ..row(1, "2026-11-01")
    };
    same(policy::all(tx)?, vec![withdrawn, row(2, "2026-11-01")]);
});

contract!(facts_of_a_day_are_found, |tx| {
    let shop = a_shop(tx, 1)?;
    let (buyer, thread) = a_thread(tx, shop, "b")?;
    assert!(!policy::any_since(tx, at(-1_000))?);
    say(tx, message(thread, Sender::Buyer(buyer), 1, "在吗", at(10)))?;
    assert!(policy::any_since(tx, at(10))?);
    assert!(!policy::any_since(tx, at(11))?);
});
