//! What stands on a list now.

use super::{Page, WORDS};
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use std::collections::HashSet;
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::duty::{Group, List, Outcome, span};
use yingke_domain::order::OrderState;
use yingke_kernel::{OrderId, PersonId, Stamp, ThreadId, TickId};
use yingke_store::duty::{self as rows, OrderLine, OrdersWanted, Sheet, Talk, TickRow};
use yingke_store::{Lane, Tx};

/// Lines of a group that are shown at first, and of each further page.
pub(super) const PAGE: usize = 20;
/// Marks of two days that are read.
const RATINGS: i64 = 2_000;
/// Lines that a shop writes itself, and characters of one.
const MOST_OWN: usize = 30;
const LONGEST_OWN: usize = 100;
/// Lines that every shop has: their ids are made of these and the place.
const BUILT_IN: u128 = 0x0190_0000_0000_7000_8000_6475_7479_0000;

/// A line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is about.
    pub group: Group,
    /// Order, thread, note, or line of the shop's own.
    pub of: Uuid,
    /// Entry of the thread that it is about, else 0.
    pub seq: i64,
    /// Since when: placed, paid, waiting, left, given.
    pub at: Stamp,
    /// Its words: of an own line or a note, what a buyer wrote.
    pub words: String,
    /// The buyer's name.
    pub buyer: Option<String>,
    /// The thread to open.
    pub thread: Option<ThreadId>,
    /// The entry to show there; 0 = the last one.
    pub entry: i64,
    /// The order.
    pub order: Option<OrderLine>,
    /// Who left or holds it.
    pub person: Option<PersonId>,
    /// Score of a rating.
    pub score: Option<i64>,
    /// Longer than it should be.
    pub late: bool,
    /// What was done about it.
    pub tick: Option<TickRow>,
}

impl Line {
    fn new(group: Group, of: Uuid, at: Stamp, words: String) -> Self {
        Self {
            group,
            of,
            seq: 0,
            at,
            words,
            buyer: None,
            thread: None,
            entry: 0,
            order: None,
            person: None,
            score: None,
            late: false,
            tick: None,
        }
    }

    /// What is kept of it with a tick.
    pub(super) fn kept(&self) -> String {
        let mut parts = Vec::new();
        if let Some(order) = &self.order {
            parts.push(order.number.as_str());
            parts.push(order.title.as_str());
        }
        parts.extend(self.buyer.as_deref());
        parts.push(self.words.as_str());
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// A line of which only the tick is left.
    fn of_tick(tick: TickRow) -> Self {
        let mut line = Self::new(tick.group, tick.of, tick.at, tick.words.clone());
        line.seq = tick.seq;
        line.entry = tick.seq;
        line.thread = tick.thread;
        line.tick = Some(tick);
        line
    }

    fn cursor(&self) -> Cursor {
        Cursor {
            at: self.at,
            of: self.of,
            seq: self.seq,
        }
    }
}

/// Behind the last line of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Its time.
    pub at: Stamp,
    /// What it is about.
    pub of: Uuid,
    /// Entry of the thread, else 0.
    pub seq: i64,
}

/// A group of a list.
#[derive(Debug, Clone)]
pub struct GroupView {
    /// What its lines are about.
    pub group: Group,
    /// Lines without a tick.
    pub open: i64,
    /// Lines seen to.
    pub done: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// Ticks after the hour of the list.
    pub late: i64,
    /// The first lines without a tick.
    pub lines: Vec<Line>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// The last lines with a tick, latest first.
    pub ticked: Vec<Line>,
}

/// A list of a shop and day.
#[derive(Debug, Clone)]
pub struct ListView {
    /// The day.
    pub day: Date,
    /// When it is to be ticked off.
    pub due: Stamp,
    /// Whether it can still be ticked off.
    pub today: bool,
    /// Its groups that have a line or a tick, in order.
    pub groups: Vec<GroupView>,
    /// How many lines were open when the day was over or the list due; `None` = today, or nobody counted.
    pub open_then: Option<i64>,
}

/// Words by which files name states that take an order off a list.
pub(super) fn over(paid: bool) -> Vec<&'static str> {
    let keeps = |state: OrderState| {
        if paid {
            matches!(
                state,
                OrderState::AwaitingPayment | OrderState::AwaitingShipment | OrderState::PartlyShipped
            )
        } else {
            state == OrderState::AwaitingPayment
        }
    };
    OrderState::ALL
        .iter()
        .filter(|state| !keeps(**state))
        .flat_map(|state| state.spellings().iter().copied().chain([state.as_str()]))
        .collect()
}

impl Page {
    /// Patterns of titles that are sold before they are there.
    pub(super) fn titles(&self) -> Vec<String> {
        let words = self.policy.presale_words.iter();
        words
            .map(|word| {
                let word = word.trim().to_lowercase();
                let plain = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                format!("%{plain}%")
            })
            .collect()
    }

    /// Which orders a group is about.
    pub(super) fn wanted<'a>(
        &self,
        group: Group,
        over: &'a [&'a str],
        titles: &'a [String],
    ) -> OrdersWanted<'a> {
        let end = self.end();
        let back = |secs: i64| end.plus_secs(-secs);
        let month = back(self.policy.unshipped_days * 86_400);
        let (paid, from, until) = match group {
            Group::Unpaid => (false, back(self.policy.unpaid_hours * 3_600), end),
            Group::Yesterday => {
                let (from, until) = self
                    .day
                    .yesterday()
                    .map_or((end, end), |day| span(day, &self.zone));
                (true, from, until)
            }
            _ => (true, month, end.plus_secs(1)),
        };
        OrdersWanted {
            paid,
            from,
            until,
            over,
            titles: if group == Group::Presale { titles } else { &[] },
        }
    }

    pub(super) fn of_order(&self, group: Group, order: OrderLine) -> Line {
        let at = order.paid.unwrap_or(order.created);
        let mut line = Line::new(group, order.id.0, at, String::new());
        line.late = order.paid.is_some() && self.end().secs_since(at) > self.policy.ship_late_hours * 3_600;
        line.order = Some(order);
        line
    }

    fn of_talk(&self, t: &Talk) -> Option<Line> {
        let end = self.end();
        let (group, at, entry) = if let Some(at) = t.left {
            (Group::Left, at, t.owed.map_or(0, |(_, seq)| seq))
        } else if let Some((at, seq)) = t.owed {
            // Whoever waits for seconds only is the desk's, not the list's.
            if end.secs_since(at) < self.slow_secs {
                return None;
            }
            (Group::Waiting, at, seq)
        } else if let Some((at, seq)) = t
            .promised
            .filter(|(at, _)| end.secs_since(*at) > self.promise_secs)
        {
            (Group::Promise, at, seq)
        } else if t.open && t.holder.is_some_and(|holder| self.absent.contains(&holder)) {
            (Group::Parked, t.last.0, t.last.1)
        } else {
            return None;
        };
        let mut line = Line::new(group, t.thread.0, at, t.text.clone());
        line.buyer = Some(t.buyer.clone());
        line.thread = Some(t.thread);
        line.entry = entry;
        line.person = t.holder;
        Some(line)
    }

    /// The lines of all groups that are no orders, with a tick or without, in no order of groups, each group by time.
    pub(super) fn small(&self, tx: &mut Tx<'_>) -> yingke_store::Result<Vec<Line>> {
        let groups = self.list.groups();
        let mut lines: Vec<Line> = Vec::new();
        let (begin, _) = span(self.day, &self.zone);
        if groups.contains(&Group::Waiting) {
            let talks = rows::talks(tx, self.shop)?;
            lines.extend(talks.iter().filter_map(|t| self.of_talk(t)));
        }
        if groups.contains(&Group::Rating) {
            let from = begin.plus_secs(-86_400);
            let before = self
                .day
                .yesterday()
                .map(|day| day.to_string())
                .unwrap_or_default();
            let sheet = Sheet {
                day: &before,
                ..self.sheet()
            };
            let seen: HashSet<(Uuid, i64)> = rows::ticked(tx, sheet, &[Group::BadRating, Group::Rating])?
                .into_iter()
                .map(|(_, of, seq)| (of, seq))
                .collect();
            // What was given in this very moment is in it.
            let until = self.end().plus_secs(i64::from(self.today));
            for r in rows::ratings(tx, self.shop, from, until, RATINGS)? {
                let score = r.data.as_deref().and_then(score);
                if seen.contains(&(r.thread.0, r.seq)) {
                    continue;
                }
                let group = if score.is_some_and(|score| score <= self.policy.bad_score) {
                    Group::BadRating
                } else {
                    Group::Rating
                };
                let mut line = Line::new(group, r.thread.0, r.at, r.text);
                line.seq = r.seq;
                line.entry = r.seq;
                line.thread = Some(r.thread);
                line.buyer = Some(r.buyer);
                line.score = score;
                lines.push(line);
            }
        }
        if groups.contains(&Group::Handover) {
            for n in rows::notes(tx, self.shop, self.end().plus_secs(-self.handover_secs))? {
                let threads: Vec<ThreadId> = serde_json::from_str(&n.threads).unwrap_or_default();
                let mut line = Line::new(Group::Handover, n.id, n.at, n.note);
                line.thread = threads.first().copied();
                line.person = Some(n.person);
                lines.push(line);
            }
        }
        let own = own_of(tx, self)?;
        for (n, (id, words)) in own.into_iter().enumerate() {
            lines.push(Line::new(Group::Own, id, begin.plus_secs(n as i64), words));
        }
        if groups.contains(&Group::Missed) {
            let words = WORDS[self.language].missed.clone();
            lines.push(Line::new(Group::Missed, built_in(self.list, 0xfff), begin, words));
        }
        lines.sort_by_key(Line::cursor);
        Ok(lines)
    }

    /// [`Page::small`], those with a tick left out.
    pub(super) fn small_open(&self, tx: &mut Tx<'_>) -> yingke_store::Result<Vec<Line>> {
        let groups: Vec<Group> = self
            .list
            .groups()
            .iter()
            .copied()
            .filter(|g| !g.is_orders())
            .collect();
        let ticked: HashSet<(Group, Uuid, i64)> =
            rows::ticked(tx, self.sheet(), &groups)?.into_iter().collect();
        let mut lines = self.small(tx)?;
        lines.retain(|line| !ticked.contains(&(line.group, line.of, line.seq)));
        Ok(lines)
    }

    /// Lines of orders without a tick, after a place.
    pub(super) fn orders(
        &self,
        tx: &mut Tx<'_>,
        group: Group,
        after: Option<Cursor>,
        limit: usize,
    ) -> yingke_store::Result<Vec<Line>> {
        let (over, titles) = (over(group != Group::Unpaid), self.titles());
        let wanted = self.wanted(group, &over, &titles);
        if group == Group::Presale && titles.is_empty() {
            return Ok(Vec::new());
        }
        let after = after.map_or((Stamp::from_micros(i64::MIN), OrderId(Uuid::nil())), |c| {
            (c.at, OrderId(c.of))
        });
        let found = rows::orders(tx, self.sheet(), group, &wanted, after, limit as i64)?;
        Ok(found.into_iter().map(|o| self.of_order(group, o)).collect())
    }

    fn count(&self, tx: &mut Tx<'_>, group: Group) -> yingke_store::Result<i64> {
        let (over, titles) = (over(group != Group::Unpaid), self.titles());
        if group == Group::Presale && titles.is_empty() {
            return Ok(0);
        }
        rows::count_orders(tx, self.sheet(), group, &self.wanted(group, &over, &titles))
    }

    /// How many lines have no tick.
    pub(super) fn open_lines(&self, tx: &mut Tx<'_>) -> yingke_store::Result<i64> {
        let mut open = self.small_open(tx)?.len() as i64;
        for group in self.list.groups().iter().filter(|g| g.is_orders()) {
            open += self.count(tx, *group)?;
        }
        Ok(open)
    }
}

/// The score of a mark, wherever it stands in its payload.
fn score(data: &str) -> Option<i64> {
    let data: serde_json::Value = serde_json::from_str(data).ok()?;
    data.get("rating").unwrap_or(&data).get("score")?.as_i64()
}

/// The id of a built-in line.
fn built_in(list: List, n: u128) -> Uuid {
    let list = if list == List::Opening { 0x1000 } else { 0x2000 };
    Uuid::from_u128(BUILT_IN + list + n)
}

fn own_of(tx: &mut Tx<'_>, page: &Page) -> yingke_store::Result<Vec<(Uuid, String)>> {
    let own = rows::own(tx, page.shop, page.list)?;
    if !own.is_empty() {
        return Ok(own);
    }
    let words = &WORDS[page.language];
    let texts = match page.list {
        List::Opening => &words.opening,
        List::Early => &words.early,
    };
    let number = |(n, text): (usize, &String)| (built_in(page.list, n as u128), text.clone());
    Ok(texts.iter().enumerate().map(number).collect())
}

/// A list of a shop, today's unless told: its groups with the first lines of each.
///
/// # Errors
/// `not_found` for a shop that is not the caller's.
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: &str,
    list: List,
    day: Option<Date>,
) -> Result<ListView> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, list, day)?;
    if !page.today {
        require(staff, Right::SeeFigures)?;
    }
    house
        .read(move |tx: &mut Tx<'_>| {
            let counts = rows::counts(tx, page.sheet())?;
            let mut small = if page.today {
                page.small_open(tx)?
            } else {
                Vec::new()
            };
            let mut groups = Vec::new();
            for group in page.list.groups().iter().copied() {
                let sum = |take: &dyn Fn(&rows::TickCount) -> bool| -> i64 {
                    counts
                        .iter()
                        .filter(|c| c.group == group && take(c))
                        .map(|c| c.count)
                        .sum()
                };
                let (mut lines, mut open) = (Vec::new(), 0);
                if page.today && group.is_orders() {
                    lines = page.orders(tx, group, None, PAGE + 1)?;
                    open = if lines.len() > PAGE {
                        page.count(tx, group)?
                    } else {
                        lines.len() as i64
                    };
                } else if page.today {
                    lines = small.extract_if(.., |line| line.group == group).collect();
                    open = lines.len() as i64;
                }
                let next = cut(&mut lines);
                let (done, skipped) = (
                    sum(&|c| c.outcome == Outcome::Done),
                    sum(&|c| c.outcome == Outcome::Skipped),
                );
                let ticked = if done + skipped > 0 {
                    let latest = (Stamp::from_micros(i64::MAX), TickId(Uuid::max()));
                    let found = rows::ticks(tx, page.sheet(), group, latest, PAGE as i64)?;
                    found.into_iter().map(Line::of_tick).collect()
                } else {
                    Vec::new()
                };
                if open + done + skipped > 0 {
                    groups.push(GroupView {
                        group,
                        open,
                        done,
                        skipped,
                        late: sum(&|c| c.late),
                        lines,
                        next,
                        ticked,
                    });
                }
            }
            let open_then = if page.today {
                None
            } else {
                let shops = [page.shop.bytes()];
                rows::counted(tx, &shops, &page.text, &page.text)?
                    .into_iter()
                    .find(|c| c.list == page.list)
                    .map(|c| c.open)
            };
            Ok(ListView {
                day: page.day,
                due: page.due(),
                today: page.today,
                groups,
                open_then,
            })
        })
        .await
}

/// Cuts what was read to a page; where the next one begins.
fn cut(lines: &mut Vec<Line>) -> Option<Cursor> {
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    lines.last().filter(|_| more).map(Line::cursor)
}

/// Further lines of a group of today's list: those without a tick, or those with one (latest first).
///
/// # Errors
/// `not_found` for a shop that is not the caller's.
#[expect(
    clippy::too_many_arguments,
    reason = "what names a line, and what is said of it"
)]
pub async fn more(
    house: &House,
    staff: &Staff,
    shop: &str,
    list: List,
    group: Group,
    ticked: bool,
    day: Option<Date>,
    after: Option<Cursor>,
) -> Result<(Vec<Line>, Option<Cursor>)> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, list, day)?;
    if !page.today {
        require(staff, Right::SeeFigures)?;
    }
    house
        .read(move |tx: &mut Tx<'_>| {
            let mut lines: Vec<Line> = if ticked {
                let before = after.map_or((Stamp::from_micros(i64::MAX), TickId(Uuid::max())), |c| {
                    (c.at, TickId(c.of))
                });
                let found = rows::ticks(tx, page.sheet(), group, before, PAGE as i64 + 1)?;
                found.into_iter().map(Line::of_tick).collect()
            } else if !page.today {
                Vec::new()
            } else if group.is_orders() {
                page.orders(tx, group, after, PAGE + 1)?
            } else {
                let mut lines = page.small_open(tx)?;
                lines.retain(|line| line.group == group && after.is_none_or(|a| line.cursor() > a));
                lines
            };
            let next = cut(&mut lines).map(|next| {
                // Ticks are numbered by themselves, not by their lines.
                let tick = lines.last().and_then(|l| l.tick.as_ref()).filter(|_| ticked);
                tick.map_or(next, |t| Cursor { of: t.id.0, ..next })
            });
            Ok((lines, next))
        })
        .await
}

/// The lines that a shop ticks by hand.
///
/// # Errors
/// `not_found` for a shop that is not the caller's.
pub async fn own(house: &House, staff: &Staff, shop: &str, list: List) -> Result<Vec<(Uuid, String)>> {
    require(staff, Right::Receive)?;
    let page = Page::open(house, staff, shop, list, None)?;
    house.read(move |tx| own_of(tx, &page)).await
}

/// Writes them anew, in this order; a line that keeps its id keeps its tick. None = the built-in ones again.
///
/// # Errors
/// Without the right `manage_texts`; `bad_lines`; `not_found`.
pub async fn set_own(
    house: &House,
    staff: &Staff,
    shop: &str,
    list: List,
    lines: Vec<(Option<Uuid>, String)>,
) -> Result<Vec<(Uuid, String)>> {
    require(staff, Right::ManageTexts)?;
    let page = Page::open(house, staff, shop, list, None)?;
    let (now, by, code) = (house.now(), staff.person, shop.to_owned());
    let mut seen = HashSet::new();
    let lines: Vec<(Uuid, String)> = lines
        .into_iter()
        .map(|(id, words)| {
            let id = id.unwrap_or_else(|| TickId::new(now).0);
            (id, words.trim().to_owned())
        })
        .filter(|(_, words)| !words.is_empty())
        .collect();
    let too_long = lines
        .iter()
        .position(|(_, words)| words.chars().count() > LONGEST_OWN);
    let detail = if lines.len() > MOST_OWN {
        Some(format!("a list has at most {MOST_OWN} lines of its own"))
    } else if let Some(n) = too_long {
        Some(format!("line {} has more than {LONGEST_OWN} characters", n + 1))
    } else if !lines.iter().all(|(id, _)| seen.insert(*id)) {
        Some("two lines have the same id".to_owned())
    } else {
        None
    };
    if let Some(detail) = detail {
        return Err(Problem::invalid("bad_lines", detail));
    }
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::set_own(tx, page.shop, page.list, &lines)?;
            let detail = format!("{} {} lines", page.list.as_str(), lines.len());
            audited(tx, now, Some(by), "duty.own", &code, &detail)?;
            tx.emit(yingke_store::Effect::Duty {
                shop: page.shop,
                list: page.list,
                day: page.text.as_str().into(),
            });
            own_of(tx, &page)
        })
        .await
}
