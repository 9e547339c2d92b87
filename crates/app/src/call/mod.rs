//! Telephone calls with buyers (R-CHANNEL-05): logged, and what was agreed in them confirmed in the chat.

mod sheet;

pub use sheet::export;
pub use yingke_store::call::{CallRow, Filter};

use crate::access::{audited, require};
use crate::conversation::checked;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::buyer::phone as plain_phone;
use yingke_domain::call::{Direction, Odd, Outcome, Said, check, due};
use yingke_kernel::{CallId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::call as rows;
use yingke_store::conversation as talk;
use yingke_store::{Lane, Tx};

/// Most characters of what was said, and of what was agreed.
const WORDS_MAX: usize = 500;
/// Most characters of an order number.
const NUMBER_MAX: usize = 60;
/// Calls of a page at most.
const PAGE_MAX: i64 = 200;
/// Calls of a buyer that are told.
const OF_BUYER: i64 = 20;

/// What is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// The buyer's chat; without one the shop must be said.
    pub thread: Option<ThreadId>,
    /// The shop, where there is no chat.
    pub shop: Option<ShopId>,
    /// The platform's order number; empty = none.
    pub number: String,
    /// The buyer's telephone; empty = that which the house knows of the buyer, if any.
    pub phone: String,
    /// Who called whom.
    pub direction: Direction,
    /// When; `None` = now.
    pub at: Option<Stamp>,
    /// How long, seconds.
    pub secs: Option<i64>,
    /// What came of it.
    pub outcome: Outcome,
    /// About what.
    pub words: String,
    /// What was agreed.
    pub agreed: String,
    /// It must be confirmed in the chat.
    pub confirm: bool,
}

/// A call, with whom it was.
#[derive(Debug, Clone)]
pub struct Call {
    /// The call.
    pub row: CallRow,
    /// The buyer's name; empty where there is no chat.
    pub buyer_name: String,
}

/// A page of calls.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Latest first.
    pub calls: Vec<Call>,
    /// There are more.
    pub more: bool,
}

fn odd(odd: Odd) -> Problem {
    let code = match odd {
        Odd::Nobody => "call_with_nobody",
        Odd::NothingAgreed => "nothing_agreed",
        Odd::NotSpoken => "not_spoken",
        Odd::NoChat => "no_chat",
        Odd::Ahead => "call_ahead",
        Odd::BadLength => "bad_length",
    };
    Problem::invalid(code, odd.to_string())
}

fn short(text: &str, most: usize, name: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > most {
        let detail = format!("{name} has more than {most} characters; make it shorter");
        return Err(Problem::invalid("too_long", detail));
    }
    Ok(text.to_owned())
}

/// What was written, in order; the telephone as digits.
fn tidy(log: Log) -> Result<Log> {
    let phone = match log.phone.trim() {
        "" => String::new(),
        text => plain_phone(text).ok_or_else(|| {
            let detail = "the telephone number is none; write digits, or leave it empty";
            Problem::invalid("bad_phone", detail)
        })?,
    };
    Ok(Log {
        number: short(&log.number, NUMBER_MAX, "the order number")?,
        words: short(&log.words, WORDS_MAX, "what it was about")?,
        agreed: short(&log.agreed, WORDS_MAX, "what was agreed")?,
        phone,
        ..log
    })
}

fn judge(log: &Log, at: Stamp, phone: &str, now: Stamp) -> Result<()> {
    let said = Said {
        at,
        secs: log.secs,
        has_chat: log.thread.is_some(),
        has_number: !log.number.is_empty() || !phone.is_empty(),
        outcome: log.outcome,
        agreed: &log.agreed,
        confirm: log.confirm,
    };
    check(&said, now).map_err(odd)
}

fn trail(tx: &mut Tx<'_>, c: &CallRow, by: PersonId, act: &str, now: Stamp) -> yingke_store::Result<()> {
    let subject = c.thread.map_or_else(|| c.id.to_string(), |t| t.to_string());
    let detail = serde_json::json!({ "call": c.id.to_string(), "outcome": c.outcome.as_str() });
    audited(tx, now, Some(by), act, &subject, &detail.to_string())
}

/// Logs a call. What must be confirmed in the chat is due after `call.confirm_within_secs` from the call on.
///
/// # Errors
/// `call_with_nobody`, `nothing_agreed`, `not_spoken`, `no_chat`, `call_ahead`, `bad_length`, `bad_phone`, `too_long`.
pub async fn log(house: &House, staff: &Staff, log: Log) -> Result<CallRow> {
    require(staff, Right::Receive)?;
    let log = tidy(log)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    let within = house.policy().call.confirm_within_secs;
    crate::presence::active(house, me);
    let lane = log.thread.map_or(Lane::Any, Lane::from);
    house
        .write(lane, move |tx: &mut Tx<'_>| {
            let (shop, known) = match (log.thread, log.shop) {
                (Some(thread), _) => {
                    let t = checked(&allowed, talk::get(tx, thread)?)?;
                    let buyer = yingke_store::buyer::get(tx, t.buyer)?;
                    (t.shop, buyer.and_then(|b| b.phone).unwrap_or_default())
                }
                (None, Some(shop)) if allowed.contains(&shop) => (shop, String::new()),
                _ => return Err(Problem::not_found("shop").into()),
            };
            let phone = if log.phone.is_empty() {
                known
            } else {
                log.phone.clone()
            };
            let at = log.at.unwrap_or(now);
            judge(&log, at, &phone, now)?;
            let row = CallRow {
                id: CallId::new(now),
                shop,
                thread: log.thread,
                number: log.number.clone(),
                phone,
                direction: log.direction,
                person: me,
                at,
                secs: log.secs,
                outcome: log.outcome,
                words: log.words.clone(),
                agreed: log.agreed.clone(),
                due_at: log.confirm.then(|| due(at, within)),
                confirmed_seq: None,
                confirmed_by: None,
                confirmed_at: None,
                changed_by: me,
                changed_at: now,
            };
            rows::log(tx, &row)?;
            trail(tx, &row, me, "call.log", now)?;
            Ok(row)
        })
        .await
}

/// A call that the caller may change: their own, or anybody's for whoever approves.
fn changeable(
    tx: &mut Tx<'_>,
    allowed: &[ShopId],
    staff: &Staff,
    id: CallId,
) -> yingke_store::Result<CallRow> {
    let row = rows::get(tx, id)?
        .filter(|c| allowed.contains(&c.shop))
        .ok_or_else(|| Problem::not_found("call"))?;
    if row.person != staff.person && !allows(staff.role, Right::Approve) {
        let detail = "a colleague logged this call; they or a supervisor change it";
        return Err(Problem::conflict("not_own_call", detail).into());
    }
    Ok(row)
}

/// Writes a call anew; chat, shop and who talked stay. What was confirmed stays confirmed while what was agreed stays.
///
/// # Errors
/// As [`log`], and `not_own_call`.
pub async fn change(house: &House, staff: &Staff, id: CallId, log: Log) -> Result<CallRow> {
    require(staff, Right::Receive)?;
    let log = tidy(log)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.clone(), house.now());
    let within = house.policy().call.confirm_within_secs;
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let old = changeable(tx, &allowed, &me, id)?;
            let log = Log {
                thread: old.thread,
                ..log.clone()
            };
            let phone = if log.phone.is_empty() {
                old.phone.clone()
            } else {
                log.phone.clone()
            };
            let at = log.at.unwrap_or(old.at);
            judge(&log, at, &phone, now)?;
            let stays = log.agreed == old.agreed;
            let row = CallRow {
                number: log.number.clone(),
                phone,
                direction: log.direction,
                at,
                secs: log.secs,
                outcome: log.outcome,
                words: log.words.clone(),
                agreed: log.agreed.clone(),
                due_at: log.confirm.then(|| due(at, within)),
                confirmed_seq: old.confirmed_seq.filter(|_| stays),
                confirmed_by: old.confirmed_by.filter(|_| stays),
                confirmed_at: old.confirmed_at.filter(|_| stays),
                changed_by: me.person,
                changed_at: now,
                ..old
            };
            rows::change(tx, &row)?;
            trail(tx, &row, me.person, "call.change", now)?;
            Ok(row)
        })
        .await
}

/// What was agreed stands in the chat now: in this message of a person, written after the call.
///
/// # Errors
/// `call_settled` if nothing is open; `message_unknown` for what is no such message.
pub async fn confirm(house: &House, staff: &Staff, id: CallId, seq: i64) -> Result<CallRow> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    crate::presence::active(house, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = rows::get(tx, id)?
                .filter(|c| allowed.contains(&c.shop))
                .ok_or_else(|| Problem::not_found("call"))?;
            let Some(thread) = row.thread.filter(|_| row.is_open()) else {
                let detail = "nothing of this call is to be confirmed any more";
                return Err(Problem::conflict("call_settled", detail).into());
            };
            let said = talk::entry_at(tx, thread, seq)?
                .filter(|e| e.kind.is_message() && e.sender == "agent" && !e.automatic && e.at >= row.at);
            let said = said.ok_or_else(|| {
                let detail = "only a message that a person wrote in this chat after the call confirms it";
                Problem::invalid("message_unknown", detail)
            })?;
            let row = CallRow {
                confirmed_seq: Some(seq),
                confirmed_by: Some(PersonId(said.author)),
                confirmed_at: Some(said.at),
                changed_by: me,
                changed_at: now,
                ..row
            };
            rows::change(tx, &row)?;
            trail(tx, &row, me, "call.confirm", now)?;
            Ok(row)
        })
        .await
}

/// Calls of a thread that are looked at for the message that confirmed them.
const OF_THREAD: i64 = 1_000;

/// A message was taken back: what it confirmed is to be confirmed again.
pub(crate) fn unsay(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    seq: i64,
    by: PersonId,
    now: Stamp,
) -> yingke_store::Result<()> {
    for call in rows::of_threads(tx, &[thread.bytes()], OF_THREAD)? {
        if call.confirmed_seq != Some(seq) {
            continue;
        }
        let row = CallRow {
            confirmed_seq: None,
            confirmed_by: None,
            confirmed_at: None,
            changed_by: by,
            changed_at: now,
            ..call
        };
        rows::change(tx, &row)?;
        trail(tx, &row, by, "call.reopen", now)?;
    }
    Ok(())
}

fn named(tx: &mut Tx<'_>, found: Vec<CallRow>) -> yingke_store::Result<Vec<Call>> {
    let mut calls = Vec::with_capacity(found.len());
    for row in found {
        let t = match row.thread {
            Some(thread) => talk::get(tx, thread)?,
            None => None,
        };
        calls.push(Call {
            buyer_name: t.map(|t| t.buyer_name).unwrap_or_default(),
            row,
        });
    }
    Ok(calls)
}

/// Calls of the caller's shops, latest first; shops of `filter` that are not theirs are left out.
pub async fn list(house: &House, staff: &Staff, mut filter: Filter, limit: i64) -> Result<Page> {
    require(staff, Right::Receive)?;
    let own: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    filter.shops.retain(|shop| own.contains(shop));
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx| {
            let mut found = rows::list(tx, &filter, limit + 1)?;
            let more = found.len() as i64 > limit;
            found.truncate(limit as usize);
            Ok(Page {
                calls: named(tx, found)?,
                more,
            })
        })
        .await
}

/// Calls of the caller's shops that are still to be confirmed, the most urgent first: one's own, for a supervisor everybody's.
pub async fn open(house: &House, staff: &Staff) -> Result<Vec<Call>> {
    require(staff, Right::Receive)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    let only = (!allows(staff.role, Right::Approve)).then_some(staff.person);
    house
        .read(move |tx| {
            let mut found = rows::open(tx, &shops)?;
            found.retain(|c| only.is_none_or(|me| c.person == me));
            named(tx, found)
        })
        .await
}

/// Calls with the buyer of a thread, latest first.
pub async fn of_thread(house: &House, staff: &Staff, thread: ThreadId) -> Result<Vec<Call>> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    house
        .read(move |tx| {
            checked(&allowed, talk::get(tx, thread)?)?;
            let found = rows::of_threads(tx, &[thread.bytes()], OF_BUYER)?;
            named(tx, found)
        })
        .await
}
