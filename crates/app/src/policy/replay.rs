//! What another policy would have made of the last days (R-METRIC-10): the same facts, judged twice.

use super::{today, wanted};
use crate::access::require;
use crate::metric::{Query, performance, performance_under};
use crate::{House, Result, Staff};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::sync::Arc;
use yingke_domain::access::Right;
use yingke_domain::metric::{By, Row};
use yingke_domain::policy::PolicyBook;
use yingke_kernel::ShopId;

/// Days that are judged again, today included.
const DAYS: i32 = 30;

/// The figures of one agent (or of all together) under both policies; `None` = there is no such row.
#[derive(Debug, Clone)]
pub struct ReplayRow {
    /// The agent; `None` = the queue.
    pub agent: Option<Arc<str>>,
    /// As they are.
    pub before: Option<Row>,
    /// As they would be.
    pub after: Option<Row>,
}

/// The last days under both policies.
#[derive(Debug, Clone)]
pub struct Replay {
    /// First day.
    pub from: Date,
    /// Last day: today, as far as it goes.
    pub to: Date,
    /// All agents together.
    pub all: ReplayRow,
    /// Each agent, by name.
    pub agents: Vec<ReplayRow>,
}

/// Judges the last thirty days of the caller's shops by a policy that is only asked about; nothing is stored.
pub async fn replay(house: &House, staff: &Staff, changes: &Map<String, Value>) -> Result<Replay> {
    require(staff, Right::SeeFigures)?;
    let to = today(house);
    let from = to.checked_sub(jiff::Span::new().days(DAYS - 1)).unwrap_or(to);
    let book = PolicyBook::single(wanted(from, changes)?);
    let shops: Vec<ShopId> = house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|s| s.id)
        .collect();
    let none = By {
        shop: false,
        agent: false,
        line: false,
        date: false,
        hour: false,
    };
    let mut rows = Vec::new();
    for by in [none, By { agent: true, ..none }] {
        let query = Query {
            from,
            to,
            by,
            as_of: None,
            shops: Some(shops.clone()),
            line: None,
            only: None,
        };
        let before = performance(house, query.clone()).await?;
        let as_of = Some(house.now());
        let after = performance_under(house, Query { as_of, ..query }, book.clone()).await?;
        rows.push((before, after));
    }
    let (agents, all) = (rows.pop().unwrap_or_default(), rows.pop().unwrap_or_default());
    Ok(Replay {
        from,
        to,
        all: ReplayRow {
            agent: None,
            before: all.0.into_iter().next(),
            after: all.1.into_iter().next(),
        },
        agents: side_by_side(agents.0, agents.1),
    })
}

/// Rows of one name stand beside each other; several people of one name in their order.
fn side_by_side(before: Vec<Row>, after: Vec<Row>) -> Vec<ReplayRow> {
    let mut left: Vec<Option<Row>> = after.into_iter().map(Some).collect();
    let name = |row: &Row| row.agent.clone().flatten();
    let mut rows: Vec<ReplayRow> = before
        .into_iter()
        .map(|row| {
            let same = left
                .iter_mut()
                .find(|other| other.as_ref().is_some_and(|o| name(o) == name(&row)));
            ReplayRow {
                agent: name(&row),
                after: same.and_then(Option::take),
                before: Some(row),
            }
        })
        .collect();
    rows.extend(left.into_iter().flatten().map(|row| ReplayRow {
        agent: name(&row),
        before: None,
        after: Some(row),
    }));
    // The queue comes last, as in every report.
    rows.sort_by(|a, b| (a.agent.is_none(), &a.agent).cmp(&(b.agent.is_none(), &b.agent)));
    rows
}
