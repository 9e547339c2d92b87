//! Goals of the day.

use crate::{Result, StoreError, Tx, args, sql};
use yingke_domain::goal::{Goal, Measure, Scope};
use yingke_kernel::ShopId;

fn known(scope: &str, figure: &str) -> Result<(Scope, Measure)> {
    Scope::parse(scope).zip(Measure::parse(figure)).ok_or_else(|| {
        StoreError::Inconsistent(format!("a goal of unknown scope or figure {scope:?} {figure:?}"))
    })
}

/// All goals of a shop, the team's first.
pub fn of_shop(tx: &mut Tx<'_>, shop: ShopId) -> Result<Vec<Goal>> {
    let mut all = tx.all(sql!("goal/team"), args![shop], |row| {
        let (scope, measure) = known(row.text(0)?, row.text(1)?)?;
        Ok(Goal {
            scope,
            measure,
            person: None,
            milli: row.int(2)?,
        })
    })?;
    all.extend(tx.all(sql!("goal/shares"), args![shop], |row| {
        let (scope, measure) = known(row.text(0)?, row.text(1)?)?;
        Ok(Goal {
            scope,
            measure,
            person: Some(row.id(2)?),
            milli: row.int(3)?,
        })
    })?);
    Ok(all)
}

/// Sets a goal; one of the same scope, figure and person takes the value.
pub fn put(tx: &mut Tx<'_>, shop: ShopId, goal: &Goal) -> Result<()> {
    let (scope, figure) = (goal.scope.to_string(), goal.measure.as_str());
    match goal.person {
        None => tx.exec(sql!("goal/put"), args![shop, &scope, figure, goal.milli])?,
        Some(person) => tx.exec(
            sql!("goal/put_share"),
            args![shop, &scope, figure, person, goal.milli],
        )?,
    };
    Ok(())
}

/// Takes away all goals of a scope.
pub fn clear(tx: &mut Tx<'_>, shop: ShopId, scope: Scope) -> Result<()> {
    let scope = scope.to_string();
    tx.exec(sql!("goal/clear"), args![shop, &scope])?;
    tx.exec(sql!("goal/clear_shares"), args![shop, &scope])?;
    Ok(())
}
