//! The page of figures in one reading: its rows with each of their days, the team, and the hours.

use super::derive::{Names, Stored, grain};
use super::follow::catch_up;
use super::report::Query;
use crate::{House, Problem, Result, house::problem};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use yingke_domain::metric::{By, Figures, Part, Report, Row, ShopNo, day_of};
use yingke_kernel::ShopId;
use yingke_store::metric as rows;
use yingke_store::{Result as StoreResult, StoreError, Tx};

/// How long a page may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Longest range, days: two years.
const LONGEST: i32 = 731;

/// A row of the page.
#[derive(Debug, Clone)]
pub struct RowDays {
    /// Whose it is, when grouped by agent: the person, or the account that is bound to nobody. `None` = the queue.
    pub agent: Option<Uuid>,
    /// The figures.
    pub row: Row,
    /// Each day that has figures, by its number; none when grouped by date.
    pub days: BTreeMap<i32, Figures>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The rows. Grouped by date they have no days of their own.
    pub rows: Vec<RowDays>,
    /// All together, counted as one: of the shops, of the line, or of the one person. `None` when nothing happened.
    pub team: Option<RowDays>,
    /// The team by date and hour.
    pub hours: Vec<Row>,
}

/// The page of a query; what is later than now cannot be left out (`as_of` is not looked at).
pub async fn sheet(house: &House, query: Query) -> Result<Sheet> {
    let (from, to) = (day_of(query.from), day_of(query.to));
    if from > to || to - from >= LONGEST {
        return Err(Problem::invalid(
            "bad_range",
            format!(
                "from {} to {}: take a first day, a last day not before it, and at most {LONGEST} days",
                query.from, query.to
            ),
        ));
    }
    catch_up(house).await?;
    let directory = house.directory();
    house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| {
                let mut names = Names::default();
                let shops: HashMap<ShopId, u32> = directory
                    .shops()
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| query.shops.as_ref().is_none_or(|only| only.contains(&s.id)))
                    .map(|(i, s)| (s.id, i as u32))
                    .collect();
                let only = query.only.map(|id| names.agent(&directory, id));
                let line = query.line.as_deref().map(|line| names.line(line));
                let mut read = |names: &mut Names, by: By| -> StoreResult<Report> {
                    let by = By {
                        agent: by.agent || only.is_some(),
                        line: by.line || line.is_some(),
                        date: true,
                        ..by
                    };
                    let mut report = Report::new(by);
                    let broken = |_| {
                        StoreError::Inconsistent("a day row cannot be read; run the recomputation".to_owned())
                    };
                    rows::counts(tx, grain(by.cut(), by.hour), from, to, |shop, day, text| {
                        let Some(no) = shops.get(&shop) else { return Ok(()) };
                        let stored: Vec<Stored> = serde_json::from_str(text).map_err(broken)?;
                        for cell in stored {
                            let part: Part = cell.part(day, &directory, names)?;
                            if only.is_none_or(|only| part.agent == Some(only))
                                && line.is_none_or(|line| part.line == Some(line))
                            {
                                report.add(ShopNo(*no), &part);
                            }
                        }
                        Ok(())
                    })?;
                    Ok(report)
                };
                let all = By {
                    shop: false,
                    agent: false,
                    line: false,
                    date: true,
                    hour: false,
                };
                let main = read(&mut names, query.by)?;
                let team = read(&mut names, all)?;
                let hours = read(&mut names, By { hour: true, ..all })?;
                let code = |no: ShopNo| {
                    directory
                        .shops()
                        .get(no.0 as usize)
                        .map_or_else(|| "?".into(), |s| Arc::from(s.code.as_str()))
                };
                let agent = |a| names.agent_name(&directory, a);
                let line_name = |l| names.line_name(l);
                // Only the keys that were asked for stand in the rows.
                let plain = |row: Row, by: By| Row {
                    agent: row.agent.filter(|_| by.agent),
                    line: row.line.filter(|_| by.line),
                    ..row
                };
                let rows = if query.by.date {
                    main.rows(code, agent, line_name)
                        .into_iter()
                        .map(|row| RowDays {
                            agent: None,
                            row: plain(row, query.by),
                            days: BTreeMap::new(),
                        })
                        .collect()
                } else {
                    main.by_day(code, agent, line_name)
                        .into_iter()
                        .map(|of| RowDays {
                            agent: of.agent.filter(|_| query.by.agent).map(|no| names.agent_id(no)),
                            row: plain(of.row, query.by),
                            days: of.days,
                        })
                        .collect()
                };
                let team = team.by_day(code, agent, line_name).pop().map(|of| RowDays {
                    agent: None,
                    row: plain(of.row, all),
                    days: of.days,
                });
                let hours = hours
                    .rows(code, agent, line_name)
                    .into_iter()
                    .map(|row| plain(row, all))
                    .collect();
                Ok(Sheet { rows, team, hours })
            },
            LIMIT,
        )
        .await
        .map_err(problem)
}
