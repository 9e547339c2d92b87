//! Facts for the figures, and the derived day rows.

use crate::{Result, Row, StoreError, Tx, args, sql};
use uuid::Uuid;
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{ConversationId, ShopId, Stamp, ThreadId};

/// An entry without its words: what the clock needs.
#[derive(Debug, Clone)]
pub struct FactRow {
    /// Place in the thread.
    pub seq: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// When.
    pub at: Stamp,
    /// What.
    pub kind: EntryKind,
    /// First letter tells: buyer, agent, bot (`o`), auto (`u`), system.
    pub sender: Sender,
    /// Buyer, person or account.
    pub author: Uuid,
    /// Imported: the receiving account; live events: the holder until then.
    pub agent: Option<Uuid>,
    /// The holder from now on.
    pub to_agent: Option<Uuid>,
    /// Characters without white space.
    pub words: i64,
    /// Counted as automatic.
    pub automatic: bool,
    /// Entry that a recall is about.
    pub refers: Option<i64>,
    /// From a file.
    pub imported: bool,
    /// From a file without conversation ids: the rule cuts it.
    pub uncut: bool,
    /// A transfer's or a requeue's payload, JSON.
    pub data: Option<String>,
}

/// Who wrote, as far as the clock cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The buyer.
    Buyer,
    /// A person of the shop.
    Agent,
    /// Bot, automatic text, the house.
    Machine,
}

/// All facts of a thread by (conversation, time, sequence), into a list whose memory is kept.
pub fn facts(tx: &mut Tx<'_>, thread: ThreadId, into: &mut Vec<FactRow>) -> Result<()> {
    into.clear();
    tx.each(sql!("metric/thread_facts"), args![thread], |row: &Row<'_>| {
        let kind = row.text(3)?;
        into.push(FactRow {
            seq: row.int(0)?,
            conversation: row.id(1)?,
            at: row.stamp(2)?,
            kind: EntryKind::parse(kind)
                .ok_or_else(|| StoreError::Inconsistent(format!("an entry of unknown kind {kind:?}")))?,
            sender: match row.text(4)? {
                "buyer" => Sender::Buyer,
                "agent" => Sender::Agent,
                _ => Sender::Machine,
            },
            author: row.id(5)?,
            agent: row.opt_id(6)?,
            to_agent: row.opt_id(7)?,
            words: row.int(8)?,
            automatic: row.bool(9)?,
            refers: row.opt_int(10)?,
            imported: row.bool(11)?,
            uncut: row.bool(12)?,
            data: row.opt_string(13)?,
        });
        Ok(())
    })
}

/// The shop of a thread.
pub fn shop_of(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Option<ShopId>> {
    tx.opt(sql!("metric/shop_of_thread"), args![thread], |row| row.id(0))
}

/// Threads whose row changed at or after `since`, by the server's clock.
pub fn changed_since(tx: &mut Tx<'_>, since: Stamp, limit: i64) -> Result<Vec<(ThreadId, Stamp)>> {
    tx.all(sql!("metric/changed_threads"), args![since, limit], |row| {
        Ok((row.id(0)?, row.stamp(1)?))
    })
}

/// Every thread with an entry.
pub fn all_threads(tx: &mut Tx<'_>) -> Result<Vec<ThreadId>> {
    tx.all(sql!("metric/all_threads"), args![], |row| row.id(0))
}

/// Threads of a shop with a conversation that may touch the time from `from` to before `to`.
pub fn threads_between(tx: &mut Tx<'_>, shop: ShopId, from: Stamp, to: Stamp) -> Result<Vec<ThreadId>> {
    tx.all(sql!("metric/threads_between"), args![shop, to, from], |row| {
        row.id(0)
    })
}

/// Threads that must be derived again at a time, because a turn of theirs is open.
pub fn due_threads(tx: &mut Tx<'_>) -> Result<Vec<(ThreadId, Stamp)>> {
    tx.all(sql!("metric/due_threads"), args![], |row| {
        Ok((row.id(0)?, row.stamp(1)?))
    })
}

/// What a thread contributes to a day, as text that only the use cases read.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Business day.
    pub day: i32,
    /// The parts.
    pub parts: String,
    /// When it must be derived again.
    pub due: Option<Stamp>,
}

/// Replaces what a thread contributes; gives the days that it touched before.
pub fn replace_parts(tx: &mut Tx<'_>, shop: ShopId, thread: ThreadId, parts: &[PartRow]) -> Result<Vec<i32>> {
    let before = tx.all(sql!("metric/days_of_thread"), args![thread], |row| {
        Ok(row.int(0)? as i32)
    })?;
    tx.exec(sql!("metric/delete_parts"), args![thread])?;
    for part in parts {
        tx.exec(
            sql!("metric/insert_part"),
            args![shop, part.day, thread, &part.parts, part.due],
        )?;
    }
    Ok(before)
}

/// All parts of a day.
pub fn parts_of_day(
    tx: &mut Tx<'_>,
    shop: ShopId,
    day: i32,
    mut each: impl FnMut(&str) -> Result<()>,
) -> Result<()> {
    tx.each(sql!("metric/parts_of_day"), args![shop, day], |row| {
        each(row.text(0)?)
    })
}

/// Replaces the rows of a day; `(cut, rows)`.
pub fn replace_counts(tx: &mut Tx<'_>, shop: ShopId, day: i32, counts: &[(&str, String)]) -> Result<()> {
    tx.exec(sql!("metric/delete_counts"), args![shop, day])?;
    for (cut, rows) in counts {
        tx.exec(sql!("metric/put_count"), args![shop, day, *cut, rows])?;
    }
    Ok(())
}

/// The rows of a cut from day to day, of all shops.
pub fn counts(
    tx: &mut Tx<'_>,
    cut: &str,
    from: i32,
    to: i32,
    mut each: impl FnMut(ShopId, i32, &str) -> Result<()>,
) -> Result<()> {
    tx.each(sql!("metric/counts"), args![cut, from, to], |row| {
        each(row.id(0)?, row.int(1)? as i32, row.text(2)?)
    })
}

/// Days of a shop that have figures, newest first.
pub fn days_between(tx: &mut Tx<'_>, shop: ShopId, from: i32, to: i32) -> Result<Vec<i32>> {
    tx.all(sql!("metric/days_between"), args![shop, from, to], |row| {
        Ok(row.int(0)? as i32)
    })
}

/// Threads with figures on a day.
pub fn threads_of_day(tx: &mut Tx<'_>, shop: ShopId, day: i32) -> Result<Vec<ThreadId>> {
    tx.all(sql!("metric/threads_of_day"), args![shop, day], |row| row.id(0))
}

/// How far a follower has come.
pub fn derived_until(tx: &mut Tx<'_>, name: &str) -> Result<Option<Stamp>> {
    tx.opt(sql!("metric/derived"), args![name], |row| row.stamp(0))
}

/// Notes how far a follower has come.
pub fn set_derived_until(tx: &mut Tx<'_>, name: &str, until: Stamp) -> Result<()> {
    tx.exec(sql!("metric/put_derived"), args![name, until])?;
    Ok(())
}
