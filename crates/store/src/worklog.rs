//! The work log: problems, causes, how they were solved (R-DESK-15).

use crate::{Result, Row, Tx, Val, args, sql};
use std::collections::HashMap;
use yingke_kernel::{BuyerId, OrderId, PersonId, ShopId, Stamp, ThreadId, WorklogId};

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklogRow {
    /// Its id.
    pub id: WorklogId,
    /// The shop.
    pub shop: ShopId,
    /// Who wrote it.
    pub person: PersonId,
    /// The day by the shop's calendar, `YYYY-MM-DD`.
    pub day: String,
    /// When it was written.
    pub at: Stamp,
    /// What was met.
    pub problem: String,
    /// What caused it.
    pub cause: String,
    /// How it was solved.
    pub solution: String,
    /// Solved; else open.
    pub solved: bool,
    /// The thread that it is about.
    pub thread: Option<ThreadId>,
    /// The entry of the thread, else 0.
    pub seq: i64,
    /// The order, if the house knows it.
    pub order: Option<OrderId>,
    /// The order's number; empty = none.
    pub number: String,
    /// The shop's own number of the article; empty = none.
    pub goods: String,
    /// The buyer.
    pub buyer: Option<BuyerId>,
    /// Grows by one with every change.
    pub rev: i64,
    /// When it changed last.
    pub changed_at: Stamp,
    /// When its words were forgotten with the buyer's.
    pub erased_at: Option<Stamp>,
    /// Tags, by name.
    pub tags: Vec<String>,
}

impl WorklogRow {
    const fn state(&self) -> &'static str {
        if self.solved { "solved" } else { "open" }
    }
}

fn entry(row: &Row<'_>) -> Result<WorklogRow> {
    Ok(WorklogRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        person: row.id(2)?,
        day: row.string(3)?,
        at: row.stamp(4)?,
        problem: row.string(5)?,
        cause: row.string(6)?,
        solution: row.string(7)?,
        solved: row.text(8)? == "solved",
        thread: row.opt_id(9)?,
        seq: row.int(10)?,
        order: row.opt_id(11)?,
        number: row.string(12)?,
        goods: row.string(13)?,
        buyer: row.opt_id(14)?,
        rev: row.int(15)?,
        changed_at: row.stamp(16)?,
        erased_at: row.opt_stamp(17)?,
        tags: Vec::new(),
    })
}

fn with_tags(tx: &mut Tx<'_>, mut rows: Vec<WorklogRow>) -> Result<Vec<WorklogRow>> {
    let ids: Vec<[u8; 16]> = rows.iter().map(|w| w.id.bytes()).collect();
    if ids.is_empty() {
        return Ok(rows);
    }
    let mut tags: HashMap<WorklogId, Vec<String>> = HashMap::new();
    tx.each(sql!("worklog/tags_of"), args![&ids], |row| {
        tags.entry(row.id(0)?).or_default().push(row.string(1)?);
        Ok(())
    })?;
    for w in &mut rows {
        w.tags = tags.remove(&w.id).unwrap_or_default();
    }
    Ok(rows)
}

fn put_tags(tx: &mut Tx<'_>, w: &WorklogRow) -> Result<()> {
    let rows: Vec<Vec<Val<'_>>> = w.tags.iter().map(|tag| args![w.id, tag].to_vec()).collect();
    tx.exec_many(sql!("worklog/put_tag"), &rows)?;
    Ok(())
}

/// Writes a new entry.
pub fn insert(tx: &mut Tx<'_>, w: &WorklogRow) -> Result<()> {
    let values = args![
        w.id,
        w.shop,
        w.person,
        &w.day,
        w.at,
        &w.problem,
        &w.cause,
        &w.solution,
        w.state(),
        w.thread,
        w.seq,
        w.order,
        &w.number,
        &w.goods,
        w.buyer,
        w.rev,
        w.changed_at
    ];
    tx.exec(sql!("worklog/insert"), values)?;
    put_tags(tx, w)
}

/// Writes words, state, order, goods and tags of an entry anew; `was` is what it said before, as JSON.
pub fn update(tx: &mut Tx<'_>, w: &WorklogRow, was: &str) -> Result<()> {
    let values = args![
        w.id,
        &w.problem,
        &w.cause,
        &w.solution,
        w.state(),
        w.order,
        &w.number,
        &w.goods,
        w.rev,
        w.changed_at
    ];
    // Tags first: the index of words hears of the entry's own change and reads both.
    tx.exec(sql!("worklog/delete_tags"), args![w.id])?;
    put_tags(tx, w)?;
    tx.exec(sql!("worklog/update"), values)?;
    tx.exec(
        sql!("worklog/put_past"),
        args![w.id, w.rev - 1, w.changed_at, was],
    )?;
    Ok(())
}

/// An entry.
pub fn get(tx: &mut Tx<'_>, id: WorklogId) -> Result<Option<WorklogRow>> {
    Ok(by_ids(tx, &[id.bytes()])?.pop())
}

/// Entries by id, in no order.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<WorklogRow>> {
    let rows = tx.all(sql!("worklog/by_ids"), args![ids], entry)?;
    with_tags(tx, rows)
}

/// Which entries.
#[derive(Debug, Clone)]
pub struct WorklogFilter {
    /// Of these shops.
    pub shops: Vec<[u8; 16]>,
    /// From this day on, `YYYY-MM-DD`.
    pub from: String,
    /// To this day, inclusive.
    pub to: String,
    /// Written by this person.
    pub person: Option<PersonId>,
    /// Solved or open ones.
    pub solved: Option<bool>,
    /// With this tag; empty = any.
    pub tag: String,
}

impl WorklogFilter {
    /// Whether an entry is one of them.
    pub fn takes(&self, w: &WorklogRow) -> bool {
        self.shops.contains(&w.shop.bytes())
            && self.from <= w.day
            && w.day <= self.to
            && self.person.is_none_or(|p| p == w.person)
            && self.solved.is_none_or(|s| s == w.solved)
            && (self.tag.is_empty() || w.tags.contains(&self.tag))
    }
}

/// Entries, latest first, before (time, entry).
pub fn page(
    tx: &mut Tx<'_>,
    f: &WorklogFilter,
    before: (Stamp, WorklogId),
    limit: i64,
) -> Result<Vec<WorklogRow>> {
    let state = match f.solved {
        None => "",
        Some(true) => "solved",
        Some(false) => "open",
    };
    let person = f.person.unwrap_or(PersonId(uuid::Uuid::nil()));
    let values = args![
        &f.shops,
        &f.from,
        &f.to,
        i64::from(f.person.is_some()),
        person,
        state,
        &f.tag,
        before.0,
        before.1,
        limit
    ];
    let rows = tx.all(sql!("worklog/page"), values, entry)?;
    with_tags(tx, rows)
}

/// Tags of these shops, the most used first, and how often each was given.
pub fn tags(tx: &mut Tx<'_>, shops: &[[u8; 16]], limit: i64) -> Result<Vec<(String, i64)>> {
    tx.all(sql!("worklog/tags"), args![shops, limit], |row| {
        Ok((row.string(0)?, row.int(1)?))
    })
}

/// What an entry said before each change: number, when it was changed, JSON.
pub fn past(tx: &mut Tx<'_>, id: WorklogId) -> Result<Vec<(i64, Stamp, String)>> {
    tx.all(sql!("worklog/past"), args![id], |row| {
        Ok((row.int(0)?, row.stamp(1)?, row.string(2)?))
    })
}

/// Entries about these threads, orders or buyers, in order.
pub fn about(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    orders: &[[u8; 16]],
    buyers: &[[u8; 16]],
) -> Result<Vec<WorklogRow>> {
    let rows = tx.all(sql!("worklog/about"), args![threads, orders, buyers], entry)?;
    with_tags(tx, rows)
}

/// Makes entries forget their words, what they said before, and whom they were about.
pub fn forget(tx: &mut Tx<'_>, ids: &[[u8; 16]], now: Stamp) -> Result<u64> {
    tx.exec(sql!("worklog/delete_past"), args![ids])?;
    tx.exec(sql!("worklog/delete_tags_of"), args![ids])?;
    tx.exec(sql!("worklog/blank"), args![ids, now])
}

/// Makes entries from before a time forget whom they were about; their words are the team's knowledge and stay.
pub fn unlink_old(tx: &mut Tx<'_>, before: Stamp) -> Result<u64> {
    tx.exec(sql!("worklog/unlink_old"), args![before])
}
