//! Marks of abuse, blocked buyers, reports (R-DESK-12).

use crate::{Effect, Result, Row, StoreError, Tx, args, sql};
use std::sync::Arc;
use yingke_domain::abuse::{MarkState, Sort};
use yingke_kernel::{BlockId, BuyerId, ConversationId, MarkId, PersonId, ReportId, ShopId, Stamp, ThreadId};

/// Words that somebody holds to be abuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRow {
    /// Its id.
    pub id: MarkId,
    /// The shop.
    pub shop: ShopId,
    /// The thread.
    pub thread: ThreadId,
    /// The conversation of the words.
    pub conversation: ConversationId,
    /// The message; 0 = all that the buyer wrote in the conversation.
    pub seq: i64,
    /// What is wrong with them.
    pub sort: Sort,
    /// Who proposed it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// The one polite answer of the conversation was offered with it.
    pub answered: bool,
    /// Where it stands.
    pub state: MarkState,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<Stamp>,
    /// Their words.
    pub note: String,
    /// Sequence of what stands in the thread since it was confirmed.
    pub entry: Option<i64>,
}

fn mark_row(row: &Row<'_>) -> Result<MarkRow> {
    let (sort, state) = (row.text(5)?, row.text(10)?);
    let odd = |what: &str| StoreError::Inconsistent(format!("a mark of unknown {what:?}"));
    Ok(MarkRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        thread: row.id(2)?,
        conversation: row.id(3)?,
        seq: row.int(4)?,
        sort: Sort::parse(sort).ok_or_else(|| odd(sort))?,
        person: row.id(6)?,
        at: row.stamp(7)?,
        reason: row.string(8)?,
        answered: row.bool(9)?,
        state: MarkState::parse(state).ok_or_else(|| odd(state))?,
        decided_by: row.opt_id(11)?,
        decided_at: row.opt_stamp(12)?,
        note: row.string(13)?,
        entry: row.opt_int(14)?,
    })
}

/// Records a proposal. Emits [`Effect::Mark`].
pub fn propose(tx: &mut Tx<'_>, m: &MarkRow) -> Result<()> {
    tx.exec(
        sql!("abuse/insert_mark"),
        args![
            m.id,
            m.shop,
            m.thread,
            m.conversation,
            m.seq,
            m.sort.as_str(),
            m.person,
            m.at,
            &m.reason,
            m.answered,
            m.state.as_str(),
            m.decided_by,
            m.decided_at,
            &m.note,
            m.entry
        ],
    )?;
    tx.emit(Effect::Mark(Arc::new(m.clone())));
    Ok(())
}

/// Writes what was decided. Emits [`Effect::Mark`].
pub fn settle(tx: &mut Tx<'_>, m: &MarkRow) -> Result<()> {
    tx.exec(
        sql!("abuse/settle_mark"),
        args![
            m.id,
            m.state.as_str(),
            m.decided_by,
            m.decided_at,
            &m.note,
            m.entry
        ],
    )?;
    tx.emit(Effect::Mark(Arc::new(m.clone())));
    Ok(())
}

/// Whether a conversation came from a file: its figures are not those of our desk.
pub fn is_imported(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<bool> {
    let imported = tx.opt(sql!("abuse/is_imported"), args![conversation], |row| row.bool(0))?;
    Ok(imported.unwrap_or(false))
}

/// A mark.
pub fn mark(tx: &mut Tx<'_>, id: MarkId) -> Result<Option<MarkRow>> {
    tx.opt(sql!("abuse/mark"), args![id], mark_row)
}

/// Proposals of these shops that nobody has decided, oldest first.
pub fn marks_open(tx: &mut Tx<'_>, shops: &[[u8; 16]]) -> Result<Vec<MarkRow>> {
    tx.all(sql!("abuse/marks_open"), args![shops], mark_row)
}

/// Marks of a thread, in order.
pub fn marks_of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<MarkRow>> {
    tx.all(sql!("abuse/marks_of_thread"), args![thread], mark_row)
}

/// Marks of these shops proposed from `from` to before `to`, latest first.
pub fn marks_between(
    tx: &mut Tx<'_>,
    shops: &[[u8; 16]],
    from: Stamp,
    to: Stamp,
    limit: i64,
) -> Result<Vec<MarkRow>> {
    tx.all(
        sql!("abuse/marks_between"),
        args![shops, from, to, limit],
        mark_row,
    )
}

/// A buyer whom a shop does not listen to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// Its id.
    pub id: BlockId,
    /// The shop.
    pub shop: ShopId,
    /// The buyer.
    pub buyer: BuyerId,
    /// Their thread.
    pub thread: ThreadId,
    /// Who blocked them.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// When it ends by itself; `None` = when it is lifted.
    pub until: Option<Stamp>,
    /// Why.
    pub reason: String,
    /// Who lifted it.
    pub lifted_by: Option<PersonId>,
    /// When.
    pub lifted_at: Option<Stamp>,
    /// Why it was lifted.
    pub note: String,
}

fn block_row(row: &Row<'_>) -> Result<BlockRow> {
    Ok(BlockRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        buyer: row.id(2)?,
        thread: row.id(3)?,
        person: row.id(4)?,
        at: row.stamp(5)?,
        until: row.opt_stamp(6)?,
        reason: row.string(7)?,
        lifted_by: row.opt_id(8)?,
        lifted_at: row.opt_stamp(9)?,
        note: row.string(10)?,
    })
}

/// Records a block.
pub fn put_block(tx: &mut Tx<'_>, b: &BlockRow) -> Result<()> {
    tx.exec(
        sql!("abuse/insert_block"),
        args![
            b.id,
            b.shop,
            b.buyer,
            b.thread,
            b.person,
            b.at,
            b.until,
            &b.reason,
            b.lifted_by,
            b.lifted_at,
            &b.note
        ],
    )?;
    Ok(())
}

/// Writes that a block was lifted.
pub fn lift_block(tx: &mut Tx<'_>, b: &BlockRow) -> Result<()> {
    tx.exec(
        sql!("abuse/lift_block"),
        args![b.id, b.lifted_by, b.lifted_at, &b.note],
    )?;
    Ok(())
}

/// A block.
pub fn block(tx: &mut Tx<'_>, id: BlockId) -> Result<Option<BlockRow>> {
    tx.opt(sql!("abuse/block"), args![id], block_row)
}

/// Blocks that hold now, of all shops, in order.
pub fn blocks_standing(tx: &mut Tx<'_>, now: Stamp) -> Result<Vec<BlockRow>> {
    tx.all(sql!("abuse/blocks_standing"), args![now], block_row)
}

/// Blocks of these shops, lifted or not, latest first.
pub fn blocks(tx: &mut Tx<'_>, shops: &[[u8; 16]], limit: i64) -> Result<Vec<BlockRow>> {
    tx.all(sql!("abuse/blocks"), args![shops, limit], block_row)
}

/// Blocks of a thread's buyer, lifted or not, in order.
pub fn blocks_of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<BlockRow>> {
    tx.all(sql!("abuse/blocks_of_thread"), args![thread], block_row)
}

/// What was handed to a platform or the police.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: ReportId,
    /// The shop.
    pub shop: ShopId,
    /// The thread.
    pub thread: ThreadId,
    /// Who reported it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// To whom.
    pub place: String,
    /// The number of the case there; empty while there is none.
    pub number: String,
    /// What came of it; empty while it is not known.
    pub outcome: String,
    /// Who changed it last.
    pub changed_by: PersonId,
    /// When.
    pub changed_at: Stamp,
}

fn report_row(row: &Row<'_>) -> Result<ReportRow> {
    Ok(ReportRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        thread: row.id(2)?,
        person: row.id(3)?,
        at: row.stamp(4)?,
        place: row.string(5)?,
        number: row.string(6)?,
        outcome: row.string(7)?,
        changed_by: row.id(8)?,
        changed_at: row.stamp(9)?,
    })
}

/// Records a report.
pub fn put_report(tx: &mut Tx<'_>, r: &ReportRow) -> Result<()> {
    tx.exec(
        sql!("abuse/insert_report"),
        args![
            r.id,
            r.shop,
            r.thread,
            r.person,
            r.at,
            &r.place,
            &r.number,
            &r.outcome,
            r.changed_by,
            r.changed_at
        ],
    )?;
    Ok(())
}

/// Writes where a report went, its number and its outcome.
pub fn change_report(tx: &mut Tx<'_>, r: &ReportRow) -> Result<()> {
    tx.exec(
        sql!("abuse/update_report"),
        args![r.id, &r.place, &r.number, &r.outcome, r.changed_by, r.changed_at],
    )?;
    Ok(())
}

/// A report.
pub fn report(tx: &mut Tx<'_>, id: ReportId) -> Result<Option<ReportRow>> {
    tx.opt(sql!("abuse/report"), args![id], report_row)
}

/// Reports of these shops, latest first.
pub fn reports(tx: &mut Tx<'_>, shops: &[[u8; 16]], limit: i64) -> Result<Vec<ReportRow>> {
    tx.all(sql!("abuse/reports"), args![shops, limit], report_row)
}

/// Reports of a thread, in order.
pub fn reports_of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<ReportRow>> {
    tx.all(sql!("abuse/reports_of_thread"), args![thread], report_row)
}

/// Forgets what people wrote about these threads in marks, blocks and reports; that there were any stays.
pub fn forget(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<u64> {
    let marks = tx.exec(sql!("abuse/forget_marks"), args![threads])?;
    let blocks = tx.exec(sql!("abuse/forget_blocks"), args![threads])?;
    let reports = tx.exec(sql!("abuse/forget_reports"), args![threads])?;
    Ok(marks + blocks + reports)
}
