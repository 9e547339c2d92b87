//! Matters that were handed up (R-DESK-13).

use crate::{Result, Row, StoreError, Tx, args, sql};
use uuid::Uuid;
use yingke_domain::escalation::Upward;
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId};

/// A matter that was handed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRow {
    /// The thread.
    pub thread: ThreadId,
    /// The entry that did it.
    pub seq: i64,
    /// The shop.
    pub shop: ShopId,
    /// When.
    pub at: Stamp,
    /// Who.
    pub person: PersonId,
    /// How.
    pub how: Upward,
    /// To whom; none = a line, or whoever answers requests.
    pub to_person: Option<PersonId>,
    /// To which line.
    pub to_line: Option<String>,
}

fn escalation(row: &Row<'_>) -> Result<EscalationRow> {
    Ok(EscalationRow {
        thread: row.id(0)?,
        seq: row.int(1)?,
        shop: row.id(2)?,
        at: row.stamp(3)?,
        person: row.id(4)?,
        how: how(row.text(5)?)?,
        to_person: row.opt_id(6)?,
        to_line: row.opt_string(7)?,
    })
}

fn how(name: &str) -> Result<Upward> {
    Upward::parse(name)
        .ok_or_else(|| StoreError::Inconsistent(format!("an escalation of unknown kind {name:?}")))
}

/// Records that a matter was handed up.
pub fn record(tx: &mut Tx<'_>, e: &EscalationRow) -> Result<()> {
    tx.exec(
        sql!("escalation/insert"),
        args![
            e.thread,
            e.seq,
            e.shop,
            e.at,
            e.person,
            e.how.as_str(),
            e.to_person,
            e.to_line.as_deref()
        ],
    )?;
    Ok(())
}

/// Those of a thread, in order.
pub fn of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<EscalationRow>> {
    tx.all(sql!("escalation/of_thread"), args![thread], escalation)
}

/// Which ones.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these shops.
    pub shops: Vec<[u8; 16]>,
    /// From this time on.
    pub from: Stamp,
    /// Before this time.
    pub to: Stamp,
    /// By this person.
    pub person: Option<PersonId>,
    /// Only those before this one, in the order of the list.
    pub before: Option<(Stamp, ThreadId, i64)>,
}

/// Matters that were handed up, latest first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<EscalationRow>> {
    let last = (Stamp::from_micros(i64::MAX), ThreadId(Uuid::nil()), 0);
    let (at, thread, seq) = filter.before.unwrap_or(last);
    tx.all(
        sql!("escalation/list"),
        args![
            &filter.shops,
            filter.from,
            filter.to,
            i64::from(filter.person.is_some()),
            filter.person.unwrap_or(PersonId(Uuid::nil())),
            at,
            thread,
            seq,
            limit
        ],
        escalation,
    )
}

/// How often each handed up, and how; pages do not count.
pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<(PersonId, Upward, i64)>> {
    tx.all(
        sql!("escalation/count"),
        args![
            &filter.shops,
            filter.from,
            filter.to,
            i64::from(filter.person.is_some()),
            filter.person.unwrap_or(PersonId(Uuid::nil()))
        ],
        |row| Ok((row.id(0)?, how(row.text(1)?)?, row.int(2)?)),
    )
}
