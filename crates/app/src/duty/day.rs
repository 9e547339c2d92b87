//! Where the lists of all shops stand today, and where they stood on earlier days.

use super::Page;
use crate::access::require;
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use yingke_domain::access::Right;
use yingke_domain::duty::{List, Outcome, span};
use yingke_kernel::{PersonId, ShopId, Stamp};
use yingke_store::duty::{self as rows, Counted};
use yingke_store::{Lane, Tx};

/// How often it is looked whether a list is due.
const TICK: Duration = Duration::from_secs(60);
/// Days of one table at most.
const MOST_DAYS: i32 = 92;

/// Where today's list of a shop stands.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The shop.
    pub shop: ShopId,
    /// The list.
    pub list: List,
    /// The shop's day.
    pub day: Date,
    /// When it is to be ticked off.
    pub due: Stamp,
    /// Lines without a tick.
    pub open: i64,
    /// Lines seen to.
    pub done: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// The hour is over and lines are open.
    pub late: bool,
}

/// Today's lists of the caller's shops.
pub async fn summary(house: &House, staff: &Staff) -> Result<Vec<Summary>> {
    require(staff, Right::Receive)?;
    let mut pages = Vec::new();
    for shop in house.shops_of(staff) {
        for list in List::ALL {
            pages.push(Page::of(house, shop, *list, None));
        }
    }
    house
        .read(move |tx: &mut Tx<'_>| {
            let mut all = Vec::with_capacity(pages.len());
            for page in &pages {
                let counts = rows::counts(tx, page.sheet())?;
                let sum = |outcome: Outcome| -> i64 {
                    counts
                        .iter()
                        .filter(|c| c.outcome == outcome)
                        .map(|c| c.count)
                        .sum()
                };
                let open = page.open_lines(tx)?;
                all.push(Summary {
                    shop: page.shop,
                    list: page.list,
                    day: page.day,
                    due: page.due(),
                    open,
                    done: sum(Outcome::Done),
                    skipped: sum(Outcome::Skipped),
                    late: open > 0 && page.now > page.due(),
                });
            }
            Ok(all)
        })
        .await
}

/// A list of a shop and day, as the supervisor sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The shop.
    pub shop: ShopId,
    /// The list.
    pub list: List,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Lines seen to.
    pub done: i64,
    /// Ticks after the hour.
    pub late: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// Lines that nobody ticked off: now, for today; else when the day was over or the list due. `None` = nobody counted.
    pub open: Option<i64>,
    /// Who ticked off how many.
    pub people: Vec<(PersonId, i64)>,
}

/// Lists of the caller's shops (or one of them) from day to day, latest first (R-DESK-16).
///
/// # Errors
/// Without the right `see_figures`; `bad_range`; `not_found`.
pub async fn days(
    house: &House,
    staff: &Staff,
    shop: Option<ShopId>,
    from: Date,
    to: Date,
) -> Result<Vec<DayView>> {
    require(staff, Right::SeeFigures)?;
    if from > to || (to - from).get_days() >= MOST_DAYS {
        let detail = format!("from must not be behind to, and {MOST_DAYS} days at most");
        return Err(Problem::invalid("bad_range", detail));
    }
    let shops: Vec<ShopId> = house
        .shops_of(staff)
        .into_iter()
        .filter(|id| shop.is_none_or(|asked| asked == *id))
        .collect();
    let ids: Vec<[u8; 16]> = shops.iter().map(|s| s.bytes()).collect();
    let today: Vec<Page> = shops
        .iter()
        .flat_map(|shop| List::ALL.iter().map(|list| Page::of(house, *shop, *list, None)))
        .collect();
    let (from, to) = (from.to_string(), to.to_string());
    house
        .read(move |tx: &mut Tx<'_>| {
            let mut all: BTreeMap<(std::cmp::Reverse<String>, List, ShopId), DayView> = BTreeMap::new();
            let fresh = |shop: ShopId, list: List, day: &str| DayView {
                shop,
                list,
                day: day.to_owned(),
                done: 0,
                late: 0,
                skipped: 0,
                open: None,
                people: Vec::new(),
            };
            for c in rows::days(tx, &ids, &from, &to)? {
                let key = (std::cmp::Reverse(c.day.clone()), c.list, c.shop);
                let view = all.entry(key).or_insert_with(|| fresh(c.shop, c.list, &c.day));
                match c.outcome {
                    Outcome::Done => view.done += c.count,
                    Outcome::Skipped => view.skipped += c.count,
                }
                if c.late {
                    view.late += c.count;
                }
                match view.people.iter_mut().find(|(person, _)| *person == c.person) {
                    Some((_, count)) => *count += c.count,
                    None => view.people.push((c.person, c.count)),
                }
            }
            for c in rows::counted(tx, &ids, &from, &to)? {
                let key = (std::cmp::Reverse(c.day.clone()), c.list, c.shop);
                all.entry(key)
                    .or_insert_with(|| fresh(c.shop, c.list, &c.day))
                    .open = Some(c.open);
            }
            for page in today.iter().filter(|p| from <= p.text && p.text <= to) {
                let key = (std::cmp::Reverse(page.text.clone()), page.list, page.shop);
                let open = page.open_lines(tx)?;
                all.entry(key)
                    .or_insert_with(|| fresh(page.shop, page.list, &page.text))
                    .open = Some(open);
            }
            let mut views: Vec<DayView> = all.into_values().collect();
            for view in &mut views {
                view.people.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            }
            Ok(views)
        })
        .await
}

/// Runs until stopped: notes what was open on each list when it was due, and again when its day was over.
pub async fn run(house: House, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(problem) = count_due(&house).await {
            tracing::warn!(%problem, "open lines of a list could not be counted; it will be tried again");
        }
    }
}

/// Counts the lists that have become due since they were counted last.
///
/// # Errors
/// When the store cannot answer.
pub async fn count_due(house: &House) -> Result<()> {
    for shop in house.directory().shops().iter().map(|s| s.id) {
        for list in List::ALL.iter().copied() {
            let today = Page::of(house, shop, list, None);
            let Ok(yesterday) = today.day.yesterday() else {
                continue;
            };
            let (from, to) = (yesterday.to_string(), today.text.clone());
            let known = house
                .read(move |tx: &mut Tx<'_>| rows::counted(tx, &[shop.bytes()], &from, &to))
                .await?;
            let of = |day: &str| known.iter().find(|c| c.list == list && c.day == day);
            if today.now >= today.due() && of(&today.text).is_none() {
                count(house, today.clone()).await?;
            }
            let before = Page::of(house, shop, list, Some(yesterday));
            // A list that nobody counted when it was due belongs to a day on which the house was closed.
            if of(&before.text).is_some_and(|c| c.at < span(yesterday, &before.zone).1) {
                count(house, before).await?;
            }
        }
    }
    Ok(())
}

async fn count(house: &House, page: Page) -> Result<()> {
    let looking = page.clone();
    let open = house.read(move |tx: &mut Tx<'_>| looking.open_lines(tx)).await?;
    house
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            let counted = Counted {
                shop: page.shop,
                list: page.list,
                day: page.text.clone(),
                open,
                at: page.now,
            };
            rows::put_day(tx, &counted)
        })
        .await
}
