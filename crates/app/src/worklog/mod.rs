//! The work log (R-DESK-15): what people met in a day, what caused it, how it was solved. Written from a conversation or by itself,
//! changed by who wrote it with its past kept, read and searched by the whole team of a shop.

mod export;

pub use export::{Form, export};
pub use yingke_store::worklog::{WorklogFilter, WorklogRow};

use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::duty::day_of;
use yingke_domain::search::Query;
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId, WorklogId};
use yingke_store::worklog as rows;
use yingke_store::{Lane, Tx};

/// Characters of the problem, and of cause and solution.
const PROBLEM_MAX: usize = 500;
const TEXT_MAX: usize = 2_000;
/// Tags of an entry, and characters of one.
const TAGS_MAX: usize = 8;
const TAG_MAX: usize = 20;
/// Characters of a number.
const NUMBER_MAX: usize = 64;
/// Tags that are offered.
const OFFERED: i64 = 50;

/// What an entry says, as somebody wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What was met.
    pub problem: String,
    /// What caused it.
    pub cause: String,
    /// How it was solved.
    pub solution: String,
    /// Solved; else open.
    pub solved: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// Number of the order that it is about; empty = none.
    pub number: String,
    /// The shop's own number of the article; empty = none.
    pub goods: String,
}

impl Said {
    fn of(row: &WorklogRow) -> Self {
        Self {
            problem: row.problem.clone(),
            cause: row.cause.clone(),
            solution: row.solution.clone(),
            solved: row.solved,
            tags: row.tags.clone(),
            number: row.number.clone(),
            goods: row.goods.clone(),
        }
    }

    /// Trims it; refuses what cannot be.
    fn tidy(mut self) -> Result<Self> {
        for text in [
            &mut self.problem,
            &mut self.cause,
            &mut self.solution,
            &mut self.number,
            &mut self.goods,
        ] {
            *text = text.trim().to_owned();
        }
        let mut tags: Vec<String> = self.tags.iter().map(|tag| tag.trim().to_owned()).collect();
        tags.retain(|tag| !tag.is_empty());
        tags.sort();
        tags.dedup();
        self.tags = tags;
        if self.problem.is_empty() {
            return Err(Problem::invalid("problem_missing", "write what was met"));
        }
        let long = |text: &str, most: usize| text.chars().count() > most;
        let fault = if long(&self.problem, PROBLEM_MAX) {
            Some(format!("problem has at most {PROBLEM_MAX} characters"))
        } else if long(&self.cause, TEXT_MAX) || long(&self.solution, TEXT_MAX) {
            Some(format!(
                "cause and solution have at most {TEXT_MAX} characters each"
            ))
        } else if long(&self.number, NUMBER_MAX) || long(&self.goods, NUMBER_MAX) {
            Some(format!("a number has at most {NUMBER_MAX} characters"))
        } else if self.tags.len() > TAGS_MAX || self.tags.iter().any(|tag| long(tag, TAG_MAX)) {
            Some(format!("{TAGS_MAX} tags at most, of {TAG_MAX} characters each"))
        } else {
            None
        };
        match fault {
            Some(detail) => Err(Problem::invalid("too_long", detail)),
            None => Ok(self),
        }
    }

    fn put(self, row: &mut WorklogRow) {
        row.problem = self.problem;
        row.cause = self.cause;
        row.solution = self.solution;
        row.solved = self.solved;
        row.tags = self.tags;
        row.number = self.number;
        row.goods = self.goods;
    }
}

/// Writes an entry in a shop of the caller, about an entry of a thread if one is named; its buyer is the thread's.
///
/// # Errors
/// `problem_missing`, `too_long`, `not_found`.
pub async fn write(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    thread: Option<(ThreadId, i64)>,
    said: Said,
) -> Result<WorklogRow> {
    require(staff, Right::Receive)?;
    let said = said.tidy()?;
    let directory = house.directory();
    if !directory.is_member(shop, staff.person) {
        return Err(Problem::not_found("shop"));
    }
    let now = house.now();
    let day = day_of(now, &directory.zone_of(shop)).to_string();
    let me = staff.person;
    crate::presence::active(house, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let buyer = match thread {
                None => None,
                Some((id, _)) => Some(
                    yingke_store::conversation::get(tx, id)?
                        .filter(|t| t.shop == shop)
                        .ok_or_else(|| Problem::not_found("thread"))?
                        .buyer,
                ),
            };
            let mut row = WorklogRow {
                id: WorklogId::new(now),
                shop,
                person: me,
                day: day.clone(),
                at: now,
                problem: String::new(),
                cause: String::new(),
                solution: String::new(),
                solved: false,
                thread: thread.map(|(id, _)| id),
                seq: thread.map_or(0, |(_, seq)| seq.max(0)),
                order: None,
                number: String::new(),
                goods: String::new(),
                buyer,
                rev: 1,
                changed_at: now,
                erased_at: None,
                tags: Vec::new(),
            };
            said.clone().put(&mut row);
            row.order = order_of(tx, shop, &row.number)?;
            rows::insert(tx, &row)?;
            audited(tx, now, Some(me), "worklog.write", &row.id.to_string(), "")?;
            Ok(row)
        })
        .await
}

fn order_of(
    tx: &mut Tx<'_>,
    shop: ShopId,
    number: &str,
) -> yingke_store::Result<Option<yingke_kernel::OrderId>> {
    if number.is_empty() {
        return Ok(None);
    }
    yingke_store::duty::order_of(tx, shop, number)
}

fn find(tx: &mut Tx<'_>, shops: &[ShopId], id: WorklogId) -> yingke_store::Result<WorklogRow> {
    rows::get(tx, id)?
        .filter(|w| shops.contains(&w.shop))
        .ok_or_else(|| Problem::not_found("entry").into())
}

/// Changes one's own entry; what it said before is kept. `rev` is the one that the caller began from.
///
/// # Errors
/// `not_writer` for a colleague's, `entry_changed`, `entry_erased`, `problem_missing`, `too_long`, `not_found`.
pub async fn edit(house: &House, staff: &Staff, id: WorklogId, rev: i64, said: Said) -> Result<WorklogRow> {
    require(staff, Right::Receive)?;
    let said = said.tidy()?;
    let shops = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    crate::presence::active(house, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let mut row = find(tx, &shops, id)?;
            if row.person != me {
                let detail = "a colleague wrote this entry; only they change it";
                return Err(Problem::conflict("not_writer", detail).into());
            }
            if row.erased_at.is_some() {
                let detail = "the entry was forgotten with its buyer; write a new one";
                return Err(Problem::conflict("entry_erased", detail).into());
            }
            if row.rev != rev {
                let detail = "the entry was changed meanwhile; load it again and change it once more";
                return Err(Problem::conflict("entry_changed", detail).into());
            }
            let was = Said::of(&row);
            if was == said {
                return Ok(row);
            }
            said.clone().put(&mut row);
            row.order = order_of(tx, row.shop, &row.number)?;
            row.rev += 1;
            row.changed_at = now;
            let was = serde_json::to_string(&was).unwrap_or_default();
            rows::update(tx, &row, &was)?;
            audited(tx, now, Some(me), "worklog.edit", &row.id.to_string(), "")?;
            Ok(row)
        })
        .await
}

/// An entry, and what it said before each change: when it was changed, what it said until then.
///
/// # Errors
/// `not_found` for one of a shop that is not the caller's.
pub async fn get(house: &House, staff: &Staff, id: WorklogId) -> Result<(WorklogRow, Vec<(Stamp, Said)>)> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    house
        .read(move |tx: &mut Tx<'_>| {
            let row = find(tx, &shops, id)?;
            let past = rows::past(tx, id)?
                .into_iter()
                .map(|(_, at, was)| (at, serde_json::from_str(&was).unwrap_or_default()))
                .collect();
            Ok((row, past))
        })
        .await
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words that all stand in it; empty = any.
    pub words: String,
    /// In this shop; none = all of the caller's.
    pub shop: Option<ShopId>,
    /// From this day on.
    pub from: Option<Date>,
    /// To this day, inclusive.
    pub to: Option<Date>,
    /// Written by this person.
    pub person: Option<PersonId>,
    /// Solved or open ones.
    pub solved: Option<bool>,
    /// With this tag; empty = any.
    pub tag: String,
}

impl Wanted {
    /// The days and words, as the trail names them.
    fn told(&self) -> String {
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        let (from, to, words) = (day(self.from), day(self.to), self.words.trim());
        let days = if from.is_empty() && to.is_empty() {
            String::new()
        } else {
            format!("{from} – {to}")
        };
        format!("{days} {words}").trim().to_owned()
    }

    fn filter(&self, house: &House, staff: &Staff) -> (Vec<ShopId>, WorklogFilter) {
        let shops: Vec<ShopId> = house
            .shops_of(staff)
            .into_iter()
            .filter(|id| self.shop.is_none_or(|asked| asked == *id))
            .collect();
        let filter = WorklogFilter {
            shops: shops.iter().map(|s| s.bytes()).collect(),
            from: self
                .from
                .map_or_else(|| "0000-01-01".to_owned(), |d| d.to_string()),
            to: self.to.map_or_else(|| "9999-12-31".to_owned(), |d| d.to_string()),
            person: self.person,
            solved: self.solved,
            tag: self.tag.trim().to_owned(),
        };
        (shops, filter)
    }
}

/// A page of entries.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The entries, latest first.
    pub entries: Vec<WorklogRow>,
    /// Behind the last one, if there may be more.
    pub next: Option<(Stamp, WorklogId)>,
    /// The words are too few to be looked for: two characters at least.
    pub short: bool,
}

/// Entries of the caller's shops, latest first, before (time, entry). The whole team's.
pub async fn list(
    house: &House,
    staff: &Staff,
    wanted: Wanted,
    before: Option<(Stamp, WorklogId)>,
    limit: usize,
) -> Result<Listed> {
    require(staff, Right::Receive)?;
    let (shops, filter) = wanted.filter(house, staff);
    let words = Query::parse(&wanted.words);
    house
        .read(move |tx: &mut Tx<'_>| {
            let short = !words.is_empty() && words.is_short();
            let entries = if short {
                Vec::new()
            } else if words.is_empty() {
                let before = before.unwrap_or((Stamp::from_micros(i64::MAX), WorklogId(Uuid::max())));
                rows::page(tx, &filter, before, limit as i64)?
            } else {
                let before = before.map(|(at, id)| (at, id.0));
                crate::search::in_worklog(tx, &shops, &words, &filter, before, limit)?
            };
            let next = entries
                .last()
                .filter(|_| entries.len() == limit)
                .map(|w| (w.at, w.id));
            Ok(Listed { entries, next, short })
        })
        .await
}

/// Tags of the caller's shops, the most used first.
pub async fn tags(house: &House, staff: &Staff) -> Result<Vec<(String, i64)>> {
    require(staff, Right::Receive)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    house
        .read(move |tx: &mut Tx<'_>| rows::tags(tx, &shops, OFFERED))
        .await
}

/// Makes the log forget a buyer: words of every entry about them.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    orders: &[[u8; 16]],
    buyers: &[[u8; 16]],
    now: Stamp,
) -> yingke_store::Result<u64> {
    let ids: Vec<[u8; 16]> = rows::about(tx, threads, orders, buyers)?
        .iter()
        .map(|w| w.id.bytes())
        .collect();
    rows::forget(tx, &ids, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_desk_15_an_entry_says_at_least_what_was_met() {
        let code = |said: Said| said.tidy().map_err(|p| p.code).err();
        assert_eq!(code(Said::default()), Some("problem_missing"));
        let said = Said {
            problem: " 尺码表缺了 ".to_owned(),
            tags: vec!["上新".to_owned(), " ".to_owned(), "上新 ".to_owned()],
            ..Said::default()
        };
        let tidy = said.clone().tidy().unwrap();
        assert_eq!(
            (tidy.problem.as_str(), tidy.tags),
            ("尺码表缺了", vec!["上新".to_owned()])
        );
        let long = Said {
            cause: "长".repeat(TEXT_MAX + 1),
            ..said.clone()
        };
        assert_eq!(code(long), Some("too_long"));
        let tags = Said {
            tags: (0..=TAGS_MAX).map(|n| format!("标签{n}")).collect(),
            ..said
        };
        assert_eq!(code(tags), Some("too_long"));
    }
}
