//! States of people.

use super::{a_person, a_shop, at, contract, id, same};
use uuid::Uuid;
use yingke_kernel::{PersonId, Stamp};
use yingke_store::presence::{self, PresenceRow};
use yingke_store::{Result, Tx};

fn row(person: PersonId, state: &str, since: i64) -> PresenceRow {
    PresenceRow {
        person,
        state: state.to_owned(),
        since: at(since),
        lease_until: at(since + 60),
        acted_at: at(since + 1),
    }
}

/// The record of attendance.
fn changes(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, Stamp, String, String)>> {
    tx.all(
        "SELECT person, at, state, cause FROM presence_change ORDER BY at, id",
        &[],
        |row| Ok((row.id(0)?, row.stamp(1)?, row.string(2)?, row.string(3)?)),
    )
}

contract!(a_state_replaces_the_one_before, |tx| {
    assert!(presence::all(tx)?.is_empty());
    let (one, two) = (a_person(tx, 1)?, a_person(tx, 2)?);
    presence::put(tx, &row(one, "online", 0), Some((id(101), "desk")))?;
    presence::put(tx, &row(two, "away", 5), None)?;
    presence::put(tx, &row(one, "suspended", 10), Some((id(102), "desk")))?;
    let mut all = presence::all(tx)?;
    all.sort_by_key(|p| p.person);
    same(all, vec![row(one, "suspended", 10), row(two, "away", 5)]);
    // Only what named a cause is in the record.
    assert_eq!(
        changes(tx)?,
        [
            (one, at(0), "online".to_owned(), "desk".to_owned()),
            (one, at(10), "suspended".to_owned(), "desk".to_owned())
        ]
    );
});

contract!(a_lease_moves_on_with_the_last_act_and_nothing_else, |tx| {
    let (one, two) = (a_person(tx, 1)?, a_person(tx, 2)?);
    presence::put(tx, &row(one, "online", 0), None)?;
    presence::put(tx, &row(two, "online", 0), None)?;
    presence::renew(tx, one, at(500), at(490))?;
    presence::renew(tx, id(9), at(500), at(490))?;
    let mut all = presence::all(tx)?;
    all.sort_by_key(|p| p.person);
    let renewed = PresenceRow {
        lease_until: at(500),
        acted_at: at(490),
        ..row(one, "online", 0)
    };
    same(all, vec![renewed, row(two, "online", 0)]);
});

contract!(a_note_leaves_the_state, |tx| {
    let one = a_person(tx, 1)?;
    presence::put(tx, &row(one, "online", 0), None)?;
    presence::note(tx, id(7), one, at(60), "offline", "lease")?;
    same(presence::all(tx)?, vec![row(one, "online", 0)]);
    assert_eq!(
        changes(tx)?,
        [(one, at(60), "offline".to_owned(), "lease".to_owned())]
    );
    let again = tx.attempt(|tx| presence::note(tx, id(7), one, at(61), "offline", "lease"));
    assert!(again.is_err_and(|e| e.is_constraint("presence_change_pkey")));
    let nobody = tx.attempt(|tx| presence::put(tx, &row(id(9), "online", 0), None));
    assert!(nobody.is_err_and(|e| e.is_constraint("presence_person_fkey")));
});

contract!(what_a_shift_leaves_is_read_by_the_next, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (left, next) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let row = |n: u128, shop, when| presence::HandoverRow {
        id: Uuid::from_u128(n),
        shop,
        line: Some("aftersales".to_owned()),
        person: left,
        at: at(when),
        note: "张小姐的补发还没出".to_owned(),
        threads: "[]".to_owned(),
        to_person: None,
    };
    for row in [row(1, one, 20), row(2, one, 10), row(3, two, 15), row(4, one, 1)] {
        presence::leave_handover(tx, &row)?;
    }
    assert_eq!(presence::handover(tx, Uuid::from_u128(3))?, Some(row(3, two, 15)));
    assert_eq!(presence::handover(tx, Uuid::from_u128(9))?, None);
    let shops = [one.bytes()];
    assert_eq!(
        presence::handovers(tx, &shops, next, at(5))?,
        [row(2, one, 10), row(1, one, 20)]
    );
    assert!(
        presence::handovers(tx, &shops, left, at(5))?.is_empty(),
        "nobody reads their own"
    );
    for _ in 0..2 {
        presence::see_handover(tx, Uuid::from_u128(2), next, at(30))?;
    }
    assert_eq!(presence::handovers(tx, &shops, next, at(5))?, [row(1, one, 20)]);
    assert!(presence::handovers(tx, &[], next, at(5))?.is_empty());
    let other = a_person(tx, 13)?;
    let alone = presence::HandoverRow {
        to_person: Some(next),
        ..row(5, one, 40)
    };
    presence::leave_handover(tx, &alone)?;
    assert_eq!(presence::handovers(tx, &shops, next, at(39))?, [alone]);
    assert!(
        presence::handovers(tx, &shops, other, at(39))?.is_empty(),
        "for one alone"
    );
});
