//! Telephone calls with buyers (R-CHANNEL-05).

use crate::{Effect, Result, Row, StoreError, Tx, args, sql};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::call::{Direction, Outcome};
use yingke_kernel::{CallId, PersonId, ShopId, Stamp, ThreadId};

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// Its id.
    pub id: CallId,
    /// The shop.
    pub shop: ShopId,
    /// The buyer's chat, if there is one.
    pub thread: Option<ThreadId>,
    /// The platform's order number; empty = none.
    pub number: String,
    /// The buyer's telephone, digits; empty = not known.
    pub phone: String,
    /// Who called whom.
    pub direction: Direction,
    /// Who of the house talked.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// How long, seconds, if known.
    pub secs: Option<i64>,
    /// What came of it.
    pub outcome: Outcome,
    /// About what, in words.
    pub words: String,
    /// What was agreed; empty = nothing.
    pub agreed: String,
    /// Until when it must be confirmed in the chat; `None` = it need not be.
    pub due_at: Option<Stamp>,
    /// The message of the chat that confirms it.
    pub confirmed_seq: Option<i64>,
    /// Who wrote that message.
    pub confirmed_by: Option<PersonId>,
    /// When.
    pub confirmed_at: Option<Stamp>,
    /// Who changed the record last.
    pub changed_by: PersonId,
    /// When.
    pub changed_at: Stamp,
}

impl CallRow {
    /// Whether a confirmation is still owed.
    pub fn is_open(&self) -> bool {
        self.due_at.is_some() && self.confirmed_seq.is_none()
    }
}

fn call(row: &Row<'_>) -> Result<CallRow> {
    let (direction, outcome) = (row.text(5)?, row.text(9)?);
    let odd = |what: &str| StoreError::Inconsistent(format!("a call of unknown {what:?}"));
    Ok(CallRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        thread: row.opt_id(2)?,
        number: row.string(3)?,
        phone: row.string(4)?,
        direction: Direction::parse(direction).ok_or_else(|| odd(direction))?,
        person: row.id(6)?,
        at: row.stamp(7)?,
        secs: row.opt_int(8)?,
        outcome: Outcome::parse(outcome).ok_or_else(|| odd(outcome))?,
        words: row.string(10)?,
        agreed: row.string(11)?,
        due_at: row.opt_stamp(12)?,
        confirmed_seq: row.opt_int(13)?,
        confirmed_by: row.opt_id(14)?,
        confirmed_at: row.opt_stamp(15)?,
        changed_by: row.id(16)?,
        changed_at: row.stamp(17)?,
    })
}

/// Records a call. Emits [`Effect::Call`].
pub fn log(tx: &mut Tx<'_>, c: &CallRow) -> Result<()> {
    tx.exec(
        sql!("call/insert"),
        args![
            c.id,
            c.shop,
            c.thread,
            &c.number,
            &c.phone,
            c.direction.as_str(),
            c.person,
            c.at,
            c.secs,
            c.outcome.as_str(),
            &c.words,
            &c.agreed,
            c.due_at,
            c.confirmed_seq,
            c.confirmed_by,
            c.confirmed_at,
            c.changed_by,
            c.changed_at
        ],
    )?;
    tx.emit(Effect::Call(Arc::new(c.clone())));
    Ok(())
}

/// Writes what changed of a call; shop, chat and person stay. Emits [`Effect::Call`].
pub fn change(tx: &mut Tx<'_>, c: &CallRow) -> Result<()> {
    tx.exec(
        sql!("call/update"),
        args![
            c.id,
            &c.number,
            &c.phone,
            c.direction.as_str(),
            c.at,
            c.secs,
            c.outcome.as_str(),
            &c.words,
            &c.agreed,
            c.due_at,
            c.confirmed_seq,
            c.confirmed_by,
            c.confirmed_at,
            c.changed_by,
            c.changed_at
        ],
    )?;
    tx.emit(Effect::Call(Arc::new(c.clone())));
    Ok(())
}

/// A call.
pub fn get(tx: &mut Tx<'_>, id: CallId) -> Result<Option<CallRow>> {
    tx.opt(sql!("call/get"), args![id], call)
}

/// Calls of these shops that are still to be confirmed, the most urgent first.
pub fn open(tx: &mut Tx<'_>, shops: &[[u8; 16]]) -> Result<Vec<CallRow>> {
    tx.all(sql!("call/open"), args![shops], call)
}

/// Calls with the buyer of these threads, latest first.
pub fn of_threads(tx: &mut Tx<'_>, threads: &[[u8; 16]], limit: i64) -> Result<Vec<CallRow>> {
    tx.all(sql!("call/of_threads"), args![threads, limit], call)
}

/// Which calls.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these shops.
    pub shops: Vec<[u8; 16]>,
    /// From this time on.
    pub from: Stamp,
    /// Before this time.
    pub to: Stamp,
    /// Of this person.
    pub person: Option<PersonId>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Whose telephone or order number ends in these digits or letters; empty = any.
    pub number: String,
    /// Only those still to be confirmed.
    pub open: bool,
    /// Before this one, in the order of the list.
    pub before: Option<(Stamp, CallId)>,
}

/// Calls, latest first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<CallRow>> {
    let (at, id) = filter
        .before
        .unwrap_or((Stamp::from_micros(i64::MAX), CallId(Uuid::nil())));
    // What a pattern reads otherwise is no part of a number.
    let number: String = filter
        .number
        .chars()
        .filter(|c| !matches!(c, '%' | '_' | '\\'))
        .collect();
    let number = if number.is_empty() {
        number
    } else {
        format!("%{number}")
    };
    tx.all(
        sql!("call/list"),
        args![
            &filter.shops,
            filter.from,
            filter.to,
            i64::from(filter.person.is_some()),
            filter.person.unwrap_or(PersonId(Uuid::nil())),
            filter.outcome.map_or("", Outcome::as_str),
            &number,
            i64::from(filter.open),
            at,
            id,
            limit
        ],
        call,
    )
}

/// Forgets what was said with the buyers of these threads, and their numbers; that there were calls stays.
pub fn forget(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<u64> {
    tx.exec(sql!("call/forget"), args![threads])
}

/// Forgets what was said before this time, and the numbers; how many calls lost something.
pub fn forget_old(tx: &mut Tx<'_>, before: Stamp) -> Result<u64> {
    tx.exec(sql!("call/forget_old"), args![before])
}
