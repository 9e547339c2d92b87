//! A work log with something to read in it.

use super::People;
use anyhow::Result;
use serde::Deserialize;
use yingke_app::House;
use yingke_domain::duty::day_of;
use yingke_kernel::{Stamp, WorklogId};
use yingke_store::worklog::{self, WorklogFilter, WorklogRow};
use yingke_store::{Lane, Tx};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    days: i64,
    who: usize,
    problem: String,
    cause: String,
    solution: String,
    tags: Vec<String>,
    goods: String,
    solved: bool,
}

/// Writes the log, unless the shop has one already.
pub(super) async fn write(house: &House, people: &People) -> Result<()> {
    let log: Log = toml::from_str(include_str!("words/log.toml"))?;
    let zone = house.directory().zone_of(people.shop);
    let (shop, now) = (people.shop, house.now());
    let mut rows: Vec<WorklogRow> = Vec::new();
    for (n, e) in log.entries.into_iter().enumerate() {
        let Some(person) = people.simulated.get(e.who % people.simulated.len().max(1)) else {
            continue;
        };
        let at = now.plus_secs(-e.days * 86_400 - n as i64 * 600);
        let mut tags = e.tags;
        tags.sort();
        rows.push(WorklogRow {
            id: WorklogId::new(at),
            shop,
            person: *person,
            day: day_of(at, &zone).to_string(),
            at,
            problem: e.problem,
            cause: e.cause,
            solution: e.solution,
            solved: e.solved,
            thread: None,
            seq: 0,
            order: None,
            number: String::new(),
            goods: e.goods,
            buyer: None,
            rev: 1,
            changed_at: at,
            erased_at: None,
            tags,
        });
    }
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            let any = WorklogFilter {
                shops: vec![shop.bytes()],
                from: "0000-01-01".to_owned(),
                to: "9999-12-31".to_owned(),
                person: None,
                solved: None,
                tag: String::new(),
            };
            let latest = (Stamp::from_micros(i64::MAX), WorklogId::new(now));
            if worklog::page(tx, &any, latest, 1)?.is_empty() {
                for row in &rows {
                    worklog::insert(tx, row)?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}
