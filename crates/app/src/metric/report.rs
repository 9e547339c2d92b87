//! Performance rows, from the day rows (now) or from the facts (`as_of`): the same numbers.

use super::derive::{Deriver, Ground, Names, Stored, grain};
use super::follow::catch_up;
use crate::{House, Problem, Result, house::problem};
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use yingke_domain::metric::{By, Part, Report, Row, ShopNo, Tally, day_of};
use yingke_domain::policy::PolicyBook;
use yingke_kernel::{ShopId, Stamp};
use yingke_store::metric as rows;
use yingke_store::{StoreError, Tx};

/// How long a page may take, and how long a computation from the facts.
const PAGE_LIMIT: Duration = Duration::from_secs(20);
const FACTS_LIMIT: Duration = Duration::from_secs(600);

/// What is asked.
#[derive(Debug, Clone)]
pub struct Query {
    /// First business day.
    pub from: Date,
    /// Last business day, inclusive.
    pub to: Date,
    /// Grouping.
    pub by: By,
    /// Leaves out what was said later; computes from the facts. None = now, from the day rows.
    pub as_of: Option<Stamp>,
    /// Only these shops; none named = all.
    pub shops: Option<Vec<ShopId>>,
    /// Only this line.
    pub line: Option<String>,
    /// Only this person's rows (for agents, who see their own).
    pub only: Option<Uuid>,
}

/// The rows, in the order of the contract.
pub async fn performance(house: &House, query: Query) -> Result<Vec<Row>> {
    let book = house.policies();
    rows_under(house, query, book).await
}

/// The rows as they would be under other policies, from the facts. Without `as_of`: as of now.
pub async fn performance_under(house: &House, query: Query, book: PolicyBook) -> Result<Vec<Row>> {
    let as_of = query.as_of.unwrap_or_else(|| house.now());
    let query = Query {
        as_of: Some(as_of),
        ..query
    };
    rows_under(house, query, book).await
}

async fn rows_under(house: &House, mut query: Query, book: PolicyBook) -> Result<Vec<Row>> {
    if query.from > query.to {
        return Err(Problem::invalid(
            "bad_range",
            format!(
                "--from {} lies after --to {}; turn them round",
                query.from, query.to
            ),
        ));
    }
    // One person's own rows: counted by agent, whether or not the rows say so.
    let unnamed = query.only.is_some() && !query.by.agent;
    query.by.agent |= unnamed;
    // One line's rows: counted by line, or by the agents of it.
    let lineless = query.line.is_some() && !query.by.line;
    query.by.line |= lineless;
    if query.as_of.is_none() {
        catch_up(house).await?;
    }
    let directory = house.directory();
    let limit = if query.as_of.is_some() {
        FACTS_LIMIT
    } else {
        PAGE_LIMIT
    };
    house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| {
                let mut names = Names::default();
                let mut report = Report::new(query.by);
                let shops: HashMap<ShopId, u32> = directory
                    .shops()
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| query.shops.as_ref().is_none_or(|only| only.contains(&s.id)))
                    .map(|(i, s)| (s.id, i as u32))
                    .collect();
                let (from, to) = (day_of(query.from), day_of(query.to));
                let only = query.only.map(|id| names.agent(&directory, id));
                let line = query.line.as_deref().map(|line| names.line(line));
                let wanted = |part: &Part| {
                    query.by.takes(part)
                        && only.is_none_or(|only| part.agent == Some(only))
                        && line.is_none_or(|line| part.line == Some(line))
                };
                match query.as_of {
                    None => {
                        let broken = |_| {
                            StoreError::Inconsistent(
                                "a day row cannot be read; run the recomputation".to_owned(),
                            )
                        };
                        rows::counts(
                            tx,
                            grain(query.by.cut(), query.by.hour),
                            from,
                            to,
                            |shop, day, text| {
                                let Some(no) = shops.get(&shop) else { return Ok(()) };
                                let stored: Vec<Stored> = serde_json::from_str(text).map_err(broken)?;
                                for cell in stored {
                                    let part = cell.part(day, &directory, &mut names)?;
                                    if wanted(&part) {
                                        report.add(ShopNo(*no), &part);
                                    }
                                }
                                Ok(())
                            },
                        )?;
                    }
                    Some(as_of) => {
                        let mut deriver = Deriver::default();
                        for shop in directory.shops().iter().filter(|s| shops.contains_key(&s.id)) {
                            // A day more on both sides: the business day may be split at any hour.
                            let start = query.from.yesterday().unwrap_or(query.from).at(0, 0, 0, 0);
                            let end = query
                                .to
                                .tomorrow()
                                .and_then(Date::tomorrow)
                                .unwrap_or(query.to)
                                .at(0, 0, 0, 0);
                            let (start, end) = (shop.zone.stamp(start), shop.zone.stamp(end));
                            let mut tally = Tally::new(&shop.zone, &book);
                            for thread in rows::threads_between(tx, shop.id, start, end)? {
                                let ground = Ground {
                                    directory: &directory,
                                    zone: &shop.zone,
                                    book: &book,
                                    as_of,
                                };
                                deriver.thread(tx, thread, &ground, &mut names)?;
                                let line_of = |agent| names.line_of(agent);
                                tally.contribute(
                                    deriver.conversations(),
                                    &line_of,
                                    as_of,
                                    &mut |part: &Part| {
                                        if part.day >= from && part.day <= to && wanted(part) {
                                            report.add(ShopNo(shops[&shop.id]), part);
                                        }
                                    },
                                );
                            }
                        }
                    }
                }
                let code = |no: ShopNo| {
                    directory
                        .shops()
                        .get(no.0 as usize)
                        .map_or_else(|| "?".into(), |s| Arc::from(s.code.as_str()))
                };
                let mut rows = report.rows(code, |a| names.agent_name(&directory, a), |l| names.line_name(l));
                if unnamed {
                    rows.iter_mut().for_each(|row| row.agent = None);
                }
                if lineless {
                    rows.iter_mut().for_each(|row| row.line = None);
                }
                Ok(rows)
            },
            limit,
        )
        .await
        .map_err(problem)
}
