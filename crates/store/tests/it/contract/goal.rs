//! Goals of the day.

use super::{a_person, a_shop, contract, same};
use yingke_domain::goal::{Goal, Measure, Scope};
use yingke_store::goal;

contract!(goals_of_a_scope_are_set_changed_and_taken_away, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let person = a_person(tx, 7)?;
    let team = Goal {
        scope: Scope::Every,
        measure: Measure::FirstReply,
        person: None,
        milli: 30_000,
    };
    let own = Goal {
        person: Some(person),
        ..team
    };
    let day = Goal {
        scope: Scope::parse("2026-11-22").unwrap(),
        milli: 20_000,
        ..team
    };
    for one in [&own, &team, &day] {
        goal::put(tx, shop, one)?;
    }
    same(goal::of_shop(tx, shop)?, vec![day, team, own]);
    let better = Goal { milli: 25_000, ..own };
    goal::put(tx, shop, &better)?;
    goal::put(
        tx,
        shop,
        &Goal {
            milli: 28_000,
            ..team
        },
    )?;
    same(
        goal::of_shop(tx, shop)?,
        vec![
            day,
            Goal {
                milli: 28_000,
                ..team
            },
            better,
        ],
    );
    goal::clear(tx, shop, Scope::Every)?;
    same(goal::of_shop(tx, shop)?, vec![day]);
    same(goal::of_shop(tx, other)?, vec![]);
});
