//! Ticking lines off: one, a whole group, or one that was found and is on no list yet; and taking it back.

use super::lines::{Line, over};
use super::{Page, TickRow};
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::duty::{Group, List, Outcome, Reason, Said, judge};
use yingke_kernel::{OrderId, PersonId, Stamp, TickId};
use yingke_store::duty as rows;
use yingke_store::{Lane, Tx};

/// Characters of a note at most.
const NOTE_MAX: usize = 200;
/// Ticks of one write.
const SLICE: usize = 400;

/// What somebody says about a line.
#[derive(Debug, Clone)]
pub struct Say {
    /// What was done.
    pub outcome: Outcome,
    /// Why, from the list.
    pub reason: Option<Reason>,
    /// Why, in words.
    pub note: String,
    /// The day on which the goods reach the buyer.
    pub arrival: Option<Date>,
}

impl Say {
    fn tidy(mut self) -> Result<Self> {
        self.note = self.note.trim().to_owned();
        if self.note.chars().count() > NOTE_MAX {
            let detail = format!("a note has at most {NOTE_MAX} characters");
            return Err(Problem::invalid("note_too_long", detail));
        }
        Ok(self)
    }

    fn judged(&self, group: Group, known: bool) -> Result<()> {
        let said = Said {
            outcome: self.outcome,
            reason: self.reason,
            note: &self.note,
            has_arrival: known || self.arrival.is_some(),
        };
        judge(group, said).map_err(|refusal| {
            let code = match refusal {
                yingke_domain::duty::Refusal::NoReason | yingke_domain::duty::Refusal::NoWords => {
                    "reason_missing"
                }
                yingke_domain::duty::Refusal::NoArrival => "arrival_missing",
            };
            Problem::invalid(code, refusal.to_string())
        })
    }

    fn row(&self, page: &Page, line: &Line, person: PersonId) -> TickRow {
        TickRow {
            id: TickId::new(page.now),
            shop: page.shop,
            list: page.list,
            day: page.text.clone(),
            group: line.group,
            of: line.of,
            seq: line.seq,
            thread: line.thread,
            order: line.order.as_ref().map(|o| o.id),
            words: line.kept(),
            outcome: self.outcome,
            reason: self.reason.map_or("", Reason::as_str).to_owned(),
            note: self.note.clone(),
            late: page.now > page.due(),
            person,
            at: page.now,
        }
    }
}

fn store(tx: &mut Tx<'_>, ticks: &[TickRow], arrival: Option<Date>) -> yingke_store::Result<u64> {
    let done = rows::tick(tx, ticks)?;
    for tick in ticks {
        if let (Some(day), Some(order)) = (arrival, tick.order) {
            rows::put_arrival(tx, order, &day.to_string(), tick.person, tick.at)?;
        }
        if tick.group == Group::Handover && tick.outcome == Outcome::Done {
            yingke_store::presence::see_handover(tx, tick.of, tick.person, tick.at)?;
        }
    }
    Ok(done)
}

fn gone() -> Problem {
    Problem::conflict(
        "line_gone",
        "the line is not on the list any more: what it was about is settled",
    )
}

/// Ticks a line of today's list off; gives the tick.
///
/// # Errors
/// `line_gone`, `line_ticked` if a colleague was faster, `reason_missing`, `arrival_missing`, `note_too_long`, `not_found`.
#[expect(
    clippy::too_many_arguments,
    reason = "what names a line, and what is said of it"
)]
pub async fn tick(
    house: &House,
    staff: &Staff,
    shop: &str,
    list: List,
    group: Group,
    of: Uuid,
    seq: i64,
    say: Say,
) -> Result<TickRow> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, list, None)?;
    let say = say.tidy()?;
    let me = staff.person;
    crate::presence::active(house, me);
    let looking = page.clone();
    let line = house
        .read(move |tx: &mut Tx<'_>| {
            if rows::tick_of(tx, looking.sheet(), group, of, seq)?.is_some() {
                let detail = "a colleague has ticked this line off already";
                return Err(Problem::conflict("line_ticked", detail).into());
            }
            if group.is_orders() {
                let (over, titles) = (over(group != Group::Unpaid), looking.titles());
                let wanted = looking.wanted(group, &over, &titles);
                let found = rows::order(tx, looking.shop, &wanted, OrderId(of))?;
                return Ok(found.map(|o| looking.of_order(group, o)));
            }
            let small = looking.small(tx)?;
            Ok(small
                .into_iter()
                .find(|l| l.group == group && l.of == of && l.seq == seq))
        })
        .await?
        .ok_or_else(gone)?;
    let known = line.order.as_ref().is_some_and(|o| o.arrival.is_some());
    say.judged(group, known)?;
    let row = say.row(&page, &line, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if store(tx, std::slice::from_ref(&row), say.arrival)? == 0 {
                let detail = "a colleague has ticked this line off already";
                return Err(Problem::conflict("line_ticked", detail).into());
            }
            Ok(row.clone())
        })
        .await
}

/// Ticks every open line of a group of today's list off, with one reason; gives how many.
///
/// # Errors
/// `reason_missing`, `arrival_missing`, `note_too_long`, `not_found`.
pub async fn tick_group(
    house: &House,
    staff: &Staff,
    shop: &str,
    list: List,
    group: Group,
    say: Say,
) -> Result<u64> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, list, None)?;
    let say = say.tidy()?;
    let me = staff.person;
    crate::presence::active(house, me);
    say.judged(group, false)?;
    let mut done = 0;
    // In slices, so that no message waits long behind thousands of lines.
    loop {
        let looking = page.clone();
        let lines: Vec<Line> = house
            .read(move |tx: &mut Tx<'_>| {
                if group.is_orders() {
                    return looking.orders(tx, group, None, SLICE);
                }
                let mut lines = looking.small_open(tx)?;
                lines.retain(|line| line.group == group);
                lines.truncate(SLICE);
                Ok(lines)
            })
            .await?;
        if lines.is_empty() {
            break;
        }
        let ticks: Vec<TickRow> = lines.iter().map(|line| say.row(&page, line, me)).collect();
        let arrival = say.arrival;
        let wrote = house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                store(tx, &ticks, arrival)
            })
            .await?;
        done += wrote;
        if wrote == 0 {
            break;
        }
    }
    if done > 0 {
        let subject = format!("{} {} {}", page.text, list.as_str(), group.as_str());
        let detail = format!("{done} {}", say.outcome.as_str());
        let now = page.now;
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                audited(tx, now, Some(me), "duty.tick_group", &subject, &detail)
            })
            .await?;
    }
    Ok(done)
}

/// A parcel in which something was missing, as it was found and reported (R-DESK-16).
#[derive(Debug, Clone)]
pub struct Found {
    /// The order's number.
    pub number: String,
    /// To whom it was reported.
    pub to: String,
    /// What was missing.
    pub note: String,
}

/// Adds a parcel in which something was missing to today's early list, done.
///
/// # Errors
/// `number_missing`, `reported_missing`, `note_too_long`, `not_found`.
pub async fn found(house: &House, staff: &Staff, shop: &str, what: Found) -> Result<TickRow> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, List::Early, None)?;
    let (number, to) = (what.number.trim().to_owned(), what.to.trim().to_owned());
    if number.is_empty() || number.chars().count() > 64 {
        let detail = "write the order's number, 64 characters at most";
        return Err(Problem::invalid("number_missing", detail));
    }
    if to.is_empty() || to.chars().count() > 40 {
        let detail = "write to whom it was reported, 40 characters at most";
        return Err(Problem::invalid("reported_missing", detail));
    }
    let say = Say {
        outcome: Outcome::Done,
        reason: None,
        note: what.note,
        arrival: None,
    }
    .tidy()?;
    let me = staff.person;
    crate::presence::active(house, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let order = rows::order_of(tx, page.shop, &number)?;
            let id = TickId::new(page.now);
            let row = TickRow {
                id,
                shop: page.shop,
                list: page.list,
                day: page.text.clone(),
                group: Group::Missed,
                of: id.0,
                seq: 0,
                thread: None,
                order,
                words: format!("{number} → {to}"),
                outcome: say.outcome,
                reason: String::new(),
                note: say.note.clone(),
                late: page.now > page.due(),
                person: me,
                at: page.now,
            };
            rows::tick(tx, std::slice::from_ref(&row))?;
            Ok(row)
        })
        .await
}

/// Takes a tick of today back; the record stays. One's own, or anybody's for whoever sees the figures.
///
/// # Errors
/// `not_found`, `not_yours`, `list_over`.
pub async fn undo(house: &House, staff: &Staff, id: TickId) -> Result<()> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    let row = house
        .read(move |tx: &mut Tx<'_>| rows::tick_by_id(tx, id))
        .await?
        .filter(|row| shops.contains(&row.shop))
        .ok_or_else(|| Problem::not_found("tick"))?;
    if row.person != staff.person && require(staff, Right::SeeFigures).is_err() {
        let detail = "a colleague ticked this line off; only they or a supervisor take it back";
        return Err(Problem::conflict("not_yours", detail));
    }
    let day = row.day.parse().ok();
    Page::of(house, row.shop, row.list, day).must_be_today()?;
    let (me, now) = (staff.person, house.now());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if !rows::undo(tx, &row, me, now)? {
                return Err(Problem::not_found("tick").into());
            }
            let subject = row.id.to_string();
            audited(tx, now, Some(me), "duty.undo", &subject, row.outcome.as_str())
        })
        .await
}

/// What was ticked off about these threads and orders, for a buyer's export.
pub(crate) fn told_of(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    orders: &[[u8; 16]],
) -> yingke_store::Result<Vec<TickRow>> {
    rows::told_of(tx, threads, orders)
}

/// Makes the lists forget a buyer.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    orders: &[[u8; 16]],
) -> yingke_store::Result<u64> {
    rows::forget(tx, threads, orders)
}

/// Makes the lists forget what buyers wrote before a time.
pub(crate) fn forget_old(tx: &mut Tx<'_>, before: Stamp) -> yingke_store::Result<u64> {
    rows::forget_old(tx, before)
}
