//! Goals of the day (R-TEAM-01): set and split by a supervisor; where the team and each person stand comes from the sheet of figures.

use crate::access::{audited, require};
use crate::metric::{self, Query};
use crate::{Directory, House, Problem, Result, Shop, Staff};
use jiff::civil::Date;
use std::collections::BTreeMap;
use yingke_domain::access::{Right, allows};
pub use yingke_domain::goal::{Goal, Measure};
use yingke_domain::goal::{Scope, of_day};
use yingke_domain::metric::{By, Column, Row, Value};
use yingke_kernel::{PersonId, ShopId};
use yingke_store::{Lane, Tx};

/// A goal that counts today, and where it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The goal.
    pub goal: Goal,
    /// What is reached so far, thousandths; `None` = nothing to say yet.
    pub now: Option<i64>,
}

/// The goals of a shop's day.
#[derive(Debug, Clone)]
pub struct Today {
    /// The business day.
    pub day: Date,
    /// The team's first; of people only the caller's own for whoever does not see everybody's figures.
    pub goals: Vec<Standing>,
}

fn own_shop<'a>(directory: &'a Directory, staff: &Staff, code: &str) -> Result<&'a Shop> {
    directory
        .shop_by_code(code)
        .filter(|shop| directory.is_member(shop.id, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))
}

/// The business day that a shop has now.
fn today_of(house: &House, directory: &Directory, shop: ShopId) -> Date {
    let now = house.now();
    let split = house.policy().metric.day_split.secs();
    directory.zone_of(shop).civil(now.plus_secs(-split)).date()
}

fn milli(row: &Row, measure: Measure) -> Option<i64> {
    match Column::parse(measure.as_str())?.of(&row.figures) {
        Value::Int(n) => Some(n * 1_000),
        Value::Decimal { scaled, places } if places <= 3 => Some(scaled * 10i64.pow(3 - places)),
        Value::Decimal { scaled, places } => Some(scaled / 10i64.pow(places - 3)),
        _ => None,
    }
}

/// The goals that count today and where they stand, from the day rows that the page of figures reads.
///
/// # Errors
/// `not_found` for the shop.
pub async fn today(house: &House, staff: &Staff, code: &str) -> Result<Today> {
    require(staff, Right::Receive)?;
    let directory = house.directory();
    let shop = own_shop(&directory, staff, code)?.id;
    let all = house
        .read(move |tx: &mut Tx<'_>| yingke_store::goal::of_shop(tx, shop))
        .await?;
    let day = today_of(house, &directory, shop);
    let sees = allows(staff.role, Right::SeeFigures);
    let goals: Vec<Goal> = of_day(&all, day)
        .into_iter()
        .filter(|goal| goal.person.is_none_or(|person| sees || person == staff.person))
        .collect();
    if goals.is_empty() {
        return Ok(Today {
            day,
            goals: Vec::new(),
        });
    }
    let query = Query {
        from: day,
        to: day,
        by: By::parse("agent").map_err(|e| Problem::invalid("bad_by", e.to_string()))?,
        as_of: None,
        shops: Some(vec![shop]),
        line: None,
        only: None,
    };
    let sheet = metric::sheet(house, query).await?;
    let reached = |goal: &Goal| match goal.person {
        None => sheet
            .team
            .as_ref()
            .and_then(|team| milli(&team.row, goal.measure)),
        Some(person) => {
            let own = sheet.rows.iter().find(|of| of.agent == Some(person.0))?;
            milli(&own.row, goal.measure)
        }
    };
    let goals = goals
        .into_iter()
        .map(|goal| Standing {
            now: reached(&goal),
            goal,
        })
        .collect();
    Ok(Today { day, goals })
}

/// All goals of a shop, for whoever sets them.
///
/// # Errors
/// `not_found` for the shop.
pub async fn goals(house: &House, staff: &Staff, code: &str) -> Result<Vec<Goal>> {
    require(staff, Right::SetGoals)?;
    let shop = own_shop(&house.directory(), staff, code)?.id;
    house
        .read(move |tx: &mut Tx<'_>| yingke_store::goal::of_shop(tx, shop))
        .await
}

/// The goals of a scope are these from now on; none = there are none of that scope.
///
/// # Errors
/// `bad_goal`, `not_member`, `not_found` for the shop.
pub async fn set(
    house: &House,
    staff: &Staff,
    code: &str,
    scope: Scope,
    wanted: Vec<(Measure, Option<PersonId>, i64)>,
) -> Result<Vec<Goal>> {
    require(staff, Right::SetGoals)?;
    let directory = house.directory();
    let shop = own_shop(&directory, staff, code)?.id;
    let mut goals: BTreeMap<(Measure, Option<PersonId>), Goal> = BTreeMap::new();
    for (measure, person, milli) in wanted {
        if !measure.takes(milli) {
            let detail = format!(
                "{} cannot be a goal of {}",
                milli as f64 / 1_000.0,
                measure.as_str()
            );
            return Err(Problem::invalid("bad_goal", detail));
        }
        if person.is_some_and(|person| !directory.is_member(shop, person)) {
            let detail = "one of them does not work for this shop; take its own people";
            return Err(Problem::conflict("not_member", detail));
        }
        let goal = Goal {
            scope,
            measure,
            person,
            milli,
        };
        if goals.insert((measure, person), goal).is_some() {
            let detail = format!("{} is named twice for one person or the team", measure.as_str());
            return Err(Problem::invalid("bad_goal", detail));
        }
    }
    let goals: Vec<Goal> = goals.into_values().collect();
    let (me, now) = (staff.person, house.now());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            yingke_store::goal::clear(tx, shop, scope)?;
            let mut said = Vec::with_capacity(goals.len());
            for goal in &goals {
                yingke_store::goal::put(tx, shop, goal)?;
                let person = goal.person.map(|p| p.to_string());
                said.push(serde_json::json!({
                    "figure": goal.measure.as_str(), "person": person, "value": goal.milli as f64 / 1_000.0,
                }));
            }
            let detail = serde_json::json!({ "scope": scope.to_string(), "goals": said });
            audited(
                tx,
                now,
                Some(me),
                "goal.set",
                &shop.to_string(),
                &detail.to_string(),
            )?;
            yingke_store::goal::of_shop(tx, shop)
        })
        .await
}
