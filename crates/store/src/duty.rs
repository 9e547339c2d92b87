//! The lists of the day: lines read live, and what was done about them (R-DESK-14, R-DESK-16).

use crate::{Effect, Result, Row, StoreError, Tx, Val, args, sql};
use uuid::Uuid;
use yingke_domain::duty::{Group, List, Outcome};
use yingke_domain::policy::PRESALE_WORDS;
use yingke_kernel::{Fen, OrderId, PersonId, ShopId, Stamp, ThreadId, TickId};

/// A list of a shop and day.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The shop.
    pub shop: ShopId,
    /// Which list.
    pub list: List,
    /// The day by the shop's calendar, `YYYY-MM-DD`.
    pub day: &'a str,
}

/// An order on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The order.
    pub id: OrderId,
    /// The platform.
    pub platform: String,
    /// The platform's number.
    pub number: String,
    /// The buyer's name on the platform.
    pub buyer: Option<String>,
    /// What it costs.
    pub gross: Fen,
    /// When it was placed.
    pub created: Stamp,
    /// When it was paid.
    pub paid: Option<Stamp>,
    /// Title of its first line; empty if it has none.
    pub title: String,
    /// The day on which it reaches the buyer, if somebody entered it: `YYYY-MM-DD`.
    pub arrival: Option<String>,
}

fn order_line(row: &Row<'_>) -> Result<OrderLine> {
    Ok(OrderLine {
        id: row.id(0)?,
        platform: row.string(1)?,
        number: row.string(2)?,
        buyer: row.opt_string(3)?,
        gross: row.fen(4)?,
        created: row.stamp(5)?,
        paid: row.opt_stamp(6)?,
        title: row.string(7)?,
        arrival: row.opt_string(8)?,
    })
}

/// Which orders: those that nobody paid, or those that were paid and are not shipped.
#[derive(Debug, Clone)]
pub struct OrdersWanted<'a> {
    /// Paid and not shipped; else not paid.
    pub paid: bool,
    /// Placed (paid, if `paid`) at this time or later.
    pub from: Stamp,
    /// Paid before this time; counts only if `paid`.
    pub until: Stamp,
    /// Words for states that take an order off the list.
    pub over: &'a [&'a str],
    /// Patterns for `LIKE` of which a title has one, small letters; empty = any title. Counts only if `paid`.
    pub titles: &'a [String],
}

/// A pattern that no title has.
const NOTHING: &str = "\u{1}";

impl OrdersWanted<'_> {
    fn titles(&self) -> Vec<Val<'_>> {
        let mut values = vec![Val::Int(i64::from(!self.titles.is_empty()))];
        for n in 0..PRESALE_WORDS {
            values.push(Val::Text(self.titles.get(n).map_or(NOTHING, String::as_str)));
        }
        values
    }
}

/// Orders of a list without a tick, oldest first, after (time, order).
pub fn orders(
    tx: &mut Tx<'_>,
    sheet: Sheet<'_>,
    group: Group,
    wanted: &OrdersWanted<'_>,
    after: (Stamp, OrderId),
    limit: i64,
) -> Result<Vec<OrderLine>> {
    let mut values = args![
        sheet.shop,
        wanted.from,
        wanted.over,
        sheet.list.as_str(),
        sheet.day,
        group.as_str(),
        after.0,
        after.1,
        limit
    ]
    .to_vec();
    if !wanted.paid {
        return tx.all(sql!("duty/unpaid"), &values, order_line);
    }
    values.push(Val::from(wanted.until));
    values.extend(wanted.titles());
    tx.all(sql!("duty/unshipped"), &values, order_line)
}

/// One order, if it stands on the list.
pub fn order(
    tx: &mut Tx<'_>,
    shop: ShopId,
    wanted: &OrdersWanted<'_>,
    id: OrderId,
) -> Result<Option<OrderLine>> {
    let mut values = args![shop, wanted.from, wanted.over, id].to_vec();
    if !wanted.paid {
        return tx.opt(sql!("duty/unpaid_one"), &values, order_line);
    }
    values.push(Val::from(wanted.until));
    values.extend(wanted.titles());
    tx.opt(sql!("duty/unshipped_one"), &values, order_line)
}

/// How many orders of a list have no tick.
pub fn count_orders(
    tx: &mut Tx<'_>,
    sheet: Sheet<'_>,
    group: Group,
    wanted: &OrdersWanted<'_>,
) -> Result<i64> {
    let mut values = args![
        sheet.shop,
        wanted.from,
        wanted.over,
        sheet.list.as_str(),
        sheet.day,
        group.as_str()
    ]
    .to_vec();
    if !wanted.paid {
        return tx.one(sql!("duty/unpaid_count"), &values, |row| row.int(0));
    }
    values.push(Val::from(wanted.until));
    values.extend(wanted.titles());
    tx.one(sql!("duty/unshipped_count"), &values, |row| row.int(0))
}

/// The last order of a shop with this number.
pub fn order_of(tx: &mut Tx<'_>, shop: ShopId, number: &str) -> Result<Option<OrderId>> {
    let found: Vec<OrderId> = tx.all(sql!("duty/order_of"), args![shop, number], |row| row.id(0))?;
    Ok(found.into_iter().next())
}

/// A thread with something open: a conversation, a message left, a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The thread.
    pub thread: ThreadId,
    /// The buyer's name.
    pub buyer: String,
    /// Who holds the conversation.
    pub holder: Option<PersonId>,
    /// Since when an answer is owed, and to which message.
    pub owed: Option<(Stamp, i64)>,
    /// First message that nobody was there for.
    pub left: Option<Stamp>,
    /// When an answer was put off, and by which message.
    pub promised: Option<(Stamp, i64)>,
    /// Time and number of the last entry.
    pub last: (Stamp, i64),
    /// Beginning of the last message.
    pub text: String,
    /// Whether a conversation is open.
    pub open: bool,
}

fn talk(row: &Row<'_>) -> Result<Talk> {
    let with = |at: Option<Stamp>, seq: i64| at.map(|at| (at, seq));
    Ok(Talk {
        thread: row.id(0)?,
        buyer: row.string(1)?,
        holder: row.opt_id(2)?,
        owed: with(row.opt_stamp(3)?, row.int(4)?),
        left: row.opt_stamp(5)?,
        promised: with(row.opt_stamp(6)?, row.int(7)?),
        last: (row.stamp(8)?, row.int(9)?),
        text: row.string(10)?,
        open: row.opt_id::<Uuid>(11)?.is_some(),
    })
}

/// Threads of a shop with an open conversation, or with a message left or a promise, in no order.
pub fn talks(tx: &mut Tx<'_>, shop: ShopId) -> Result<Vec<Talk>> {
    let mut all = tx.all(sql!("duty/talks_open"), args![shop], talk)?;
    all.extend(tx.all(sql!("duty/talks_kept"), args![shop], talk)?);
    Ok(all)
}

/// A buyer's mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingLine {
    /// The thread.
    pub thread: ThreadId,
    /// Its place there.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Its payload, JSON.
    pub data: Option<String>,
    /// The buyer's words.
    pub text: String,
    /// The buyer's name.
    pub buyer: String,
}

/// Marks that buyers of a shop gave from `from` to before `to`, oldest first.
pub fn ratings(tx: &mut Tx<'_>, shop: ShopId, from: Stamp, to: Stamp, limit: i64) -> Result<Vec<RatingLine>> {
    tx.all(sql!("duty/ratings"), args![shop, from, to, limit], |row| {
        Ok(RatingLine {
            thread: row.id(0)?,
            seq: row.int(1)?,
            at: row.stamp(2)?,
            data: row.opt_string(3)?,
            text: row.string(4)?,
            buyer: row.string(5)?,
        })
    })
}

/// A note of a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    /// The note.
    pub id: Uuid,
    /// For which line; none = whoever comes.
    pub line: Option<String>,
    /// Who left it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// Its words.
    pub note: String,
    /// The conversations that it came with, as a JSON list of ids.
    pub threads: String,
    /// For this colleague alone.
    pub to_person: Option<PersonId>,
}

/// Notes that shifts of a shop left since then and nobody has confirmed, oldest first.
pub fn notes(tx: &mut Tx<'_>, shop: ShopId, since: Stamp) -> Result<Vec<NoteLine>> {
    tx.all(sql!("duty/notes"), args![shop, since], |row| {
        Ok(NoteLine {
            id: row.id(0)?,
            line: row.opt_string(1)?,
            person: row.id(2)?,
            at: row.stamp(3)?,
            note: row.string(4)?,
            threads: row.string(5)?,
            to_person: row.opt_id(6)?,
        })
    })
}

/// What was done about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickRow {
    /// Its id.
    pub id: TickId,
    /// The shop.
    pub shop: ShopId,
    /// The list.
    pub list: List,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// What the line is about.
    pub group: Group,
    /// Order, thread, note, or line of the shop's own.
    pub of: Uuid,
    /// Entry of the thread, else 0.
    pub seq: i64,
    /// The thread that it is about.
    pub thread: Option<ThreadId>,
    /// The order that it is about.
    pub order: Option<OrderId>,
    /// The line as it was.
    pub words: String,
    /// What was done.
    pub outcome: Outcome,
    /// Why: a code, or empty.
    pub reason: String,
    /// Why, in words.
    pub note: String,
    /// After the hour of the list.
    pub late: bool,
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
}

fn named<T>(found: Option<T>, text: &str) -> Result<T> {
    found.ok_or_else(|| StoreError::Inconsistent(format!("a tick with the unknown word {text:?}")))
}

fn tick_row(row: &Row<'_>) -> Result<TickRow> {
    Ok(TickRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        list: named(List::parse(row.text(2)?), row.text(2)?)?,
        day: row.string(3)?,
        group: named(Group::parse(row.text(4)?), row.text(4)?)?,
        of: row.id(5)?,
        seq: row.int(6)?,
        thread: row.opt_id(7)?,
        order: row.opt_id(8)?,
        words: row.string(9)?,
        outcome: named(Outcome::parse(row.text(10)?), row.text(10)?)?,
        reason: row.string(11)?,
        note: row.string(12)?,
        late: row.bool(13)?,
        person: row.id(14)?,
        at: row.stamp(15)?,
    })
}

/// Writes ticks of one list and tells the shop's desks; a line that has one already keeps it. Gives how many are new.
pub fn tick(tx: &mut Tx<'_>, ticks: &[TickRow]) -> Result<u64> {
    let rows: Vec<Vec<Val<'_>>> = ticks
        .iter()
        .map(|t| {
            args![
                t.id,
                t.shop,
                t.list.as_str(),
                &t.day,
                t.group.as_str(),
                t.of,
                t.seq,
                t.thread,
                t.order,
                &t.words,
                t.outcome.as_str(),
                &t.reason,
                &t.note,
                t.late,
                t.person,
                t.at
            ]
            .to_vec()
        })
        .collect();
    let done = tx.exec_many(sql!("duty/put_tick"), &rows)?;
    if let Some(first) = ticks.first().filter(|_| done > 0) {
        tell(tx, first.shop, first.list, &first.day);
    }
    Ok(done)
}

fn tell(tx: &mut Tx<'_>, shop: ShopId, list: List, day: &str) {
    tx.emit(Effect::Duty {
        shop,
        list,
        day: day.into(),
    });
}

/// Ticks of a group, latest first, before (time, tick).
pub fn ticks(
    tx: &mut Tx<'_>,
    sheet: Sheet<'_>,
    group: Group,
    before: (Stamp, TickId),
    limit: i64,
) -> Result<Vec<TickRow>> {
    let values = args![
        sheet.shop,
        sheet.list.as_str(),
        sheet.day,
        group.as_str(),
        before.0,
        before.1,
        limit
    ];
    tx.all(sql!("duty/ticks"), values, tick_row)
}

/// A tick that stands.
pub fn tick_by_id(tx: &mut Tx<'_>, id: TickId) -> Result<Option<TickRow>> {
    tx.opt(sql!("duty/tick"), args![id], tick_row)
}

/// The tick of a line.
pub fn tick_of(
    tx: &mut Tx<'_>,
    sheet: Sheet<'_>,
    group: Group,
    of: Uuid,
    seq: i64,
) -> Result<Option<TickRow>> {
    let values = args![
        sheet.shop,
        sheet.list.as_str(),
        sheet.day,
        group.as_str(),
        of,
        seq
    ];
    tx.opt(sql!("duty/tick_of"), values, tick_row)
}

/// Takes a tick back; the row stays. False if it does not stand any more.
pub fn undo(tx: &mut Tx<'_>, tick: &TickRow, by: PersonId, now: Stamp) -> Result<bool> {
    let done = tx.exec(sql!("duty/undo"), args![tick.id, by, now])? > 0;
    if done {
        tell(tx, tick.shop, tick.list, &tick.day);
    }
    Ok(done)
}

/// Lines of these groups that have a tick.
pub fn ticked(tx: &mut Tx<'_>, sheet: Sheet<'_>, groups: &[Group]) -> Result<Vec<(Group, Uuid, i64)>> {
    let names: Vec<&str> = groups.iter().map(|g| g.as_str()).collect();
    let values = args![sheet.shop, sheet.list.as_str(), sheet.day, &names];
    tx.all(sql!("duty/ticked"), values, |row| {
        Ok((
            named(Group::parse(row.text(0)?), row.text(0)?)?,
            row.id(1)?,
            row.int(2)?,
        ))
    })
}

/// How many ticks of a group say the same, in time or late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TickCount {
    /// What the lines are about.
    pub group: Group,
    /// What was done.
    pub outcome: Outcome,
    /// After the hour of the list.
    pub late: bool,
    /// How many.
    pub count: i64,
}

/// Ticks of a list, counted.
pub fn counts(tx: &mut Tx<'_>, sheet: Sheet<'_>) -> Result<Vec<TickCount>> {
    let values = args![sheet.shop, sheet.list.as_str(), sheet.day];
    tx.all(sql!("duty/counts"), values, |row| {
        Ok(TickCount {
            group: named(Group::parse(row.text(0)?), row.text(0)?)?,
            outcome: named(Outcome::parse(row.text(1)?), row.text(1)?)?,
            late: row.bool(2)?,
            count: row.int(3)?,
        })
    })
}

/// How much one person ticked off on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The shop.
    pub shop: ShopId,
    /// The list.
    pub list: List,
    /// The day.
    pub day: String,
    /// Who.
    pub person: PersonId,
    /// What was done.
    pub outcome: Outcome,
    /// After the hour of the list.
    pub late: bool,
    /// How many.
    pub count: i64,
}

/// Ticks of these shops from day `from` to day `to`, both inside, counted by list and person.
pub fn days(tx: &mut Tx<'_>, shops: &[[u8; 16]], from: &str, to: &str) -> Result<Vec<DayCount>> {
    tx.all(sql!("duty/days"), args![shops, from, to], |row| {
        Ok(DayCount {
            shop: row.id(0)?,
            list: named(List::parse(row.text(1)?), row.text(1)?)?,
            day: row.string(2)?,
            person: row.id(3)?,
            outcome: named(Outcome::parse(row.text(4)?), row.text(4)?)?,
            late: row.bool(5)?,
            count: row.int(6)?,
        })
    })
}

/// The day on which an order reaches its buyer.
pub fn put_arrival(tx: &mut Tx<'_>, order: OrderId, day: &str, by: PersonId, now: Stamp) -> Result<()> {
    tx.exec(sql!("duty/put_arrival"), args![order, day, by, now])?;
    Ok(())
}

/// Lines that a shop wrote itself, in their order.
pub fn own(tx: &mut Tx<'_>, shop: ShopId, list: List) -> Result<Vec<(Uuid, String)>> {
    tx.all(sql!("duty/own"), args![shop, list.as_str()], |row| {
        Ok((row.id(0)?, row.string(1)?))
    })
}

/// Writes the lines of a shop in place of those that it had.
pub fn set_own(tx: &mut Tx<'_>, shop: ShopId, list: List, lines: &[(Uuid, String)]) -> Result<()> {
    tx.exec(sql!("duty/delete_own"), args![shop, list.as_str()])?;
    let rows: Vec<Vec<Val<'_>>> = lines
        .iter()
        .enumerate()
        .map(|(n, (id, words))| args![shop, list.as_str(), n as i64, *id, words].to_vec())
        .collect();
    tx.exec_many(sql!("duty/put_own"), &rows)?;
    Ok(())
}

/// How many lines of a list were open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The shop.
    pub shop: ShopId,
    /// The list.
    pub list: List,
    /// The day.
    pub day: String,
    /// How many.
    pub open: i64,
    /// When that was so.
    pub at: Stamp,
}

/// Notes how many lines of a list are open.
pub fn put_day(tx: &mut Tx<'_>, c: &Counted) -> Result<()> {
    tx.exec(
        sql!("duty/put_day"),
        args![c.shop, c.list.as_str(), &c.day, c.open, c.at],
    )?;
    tell(tx, c.shop, c.list, &c.day);
    Ok(())
}

/// How many lines were open on the lists of these shops from day `from` to day `to`, both inside.
pub fn counted(tx: &mut Tx<'_>, shops: &[[u8; 16]], from: &str, to: &str) -> Result<Vec<Counted>> {
    tx.all(sql!("duty/counted"), args![shops, from, to], |row| {
        Ok(Counted {
            shop: row.id(0)?,
            list: named(List::parse(row.text(1)?), row.text(1)?)?,
            day: row.string(2)?,
            open: row.int(3)?,
            at: row.stamp(4)?,
        })
    })
}

/// Ticks about these threads or orders, in order: what a buyer's export tells.
pub fn told_of(tx: &mut Tx<'_>, threads: &[[u8; 16]], orders: &[[u8; 16]]) -> Result<Vec<TickRow>> {
    tx.all(sql!("duty/told_of"), args![threads, orders], tick_row)
}

/// Makes the ticks about these threads and orders forget their words, and the orders the day of their arrival.
pub fn forget(tx: &mut Tx<'_>, threads: &[[u8; 16]], orders: &[[u8; 16]]) -> Result<u64> {
    tx.exec(sql!("duty/delete_arrivals"), args![orders])?;
    tx.exec(sql!("duty/blank_ticks"), args![threads, orders])
}

/// Makes ticks from before a time that are about a thread or an order forget their words.
pub fn forget_old(tx: &mut Tx<'_>, before: Stamp) -> Result<u64> {
    tx.exec(sql!("duty/blank_old"), args![before])
}
