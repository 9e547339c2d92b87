//! Concessions, requests to the supervisor, and the ladder of words.

use crate::{Effect, Result, Row, StoreError, Tx, args, sql};
use std::sync::Arc;
use yingke_domain::bargain::{Form, State, Step};
use yingke_kernel::{
    ApprovalId, ConcessionId, ConversationId, Fen, OrderId, PersonId, ShopId, Stamp, ThreadId,
};

/// What was given to a buyer below the price (R-BARGAIN-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcessionRow {
    /// Its id.
    pub id: ConcessionId,
    /// The shop.
    pub shop: ShopId,
    /// The thread in which it was given.
    pub thread: ThreadId,
    /// The order, if the house knows it.
    pub order: Option<OrderId>,
    /// The platform's number of the order; empty while there is none.
    pub number: String,
    /// Who gave it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// The order's price before.
    pub total: Fen,
    /// How much less.
    pub off: Fen,
    /// In which form.
    pub form: Form,
    /// Whether it was the supervisor's authority, else the agent's own.
    pub supervised: bool,
    /// Who approved it.
    pub approver: Option<PersonId>,
    /// The request that it followed.
    pub approval: Option<ApprovalId>,
    /// It was given in spite of the warning that it is the last one of the day.
    pub warned: bool,
    /// Why.
    pub reason: String,
}

fn concession(row: &Row<'_>) -> Result<ConcessionRow> {
    let form = row.text(9)?;
    Ok(ConcessionRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        thread: row.id(2)?,
        order: row.opt_id(3)?,
        number: row.string(4)?,
        person: row.id(5)?,
        at: row.stamp(6)?,
        total: Fen(row.int(7)?),
        off: Fen(row.int(8)?),
        form: Form::parse(form)
            .ok_or_else(|| StoreError::Inconsistent(format!("a concession of unknown form {form:?}")))?,
        supervised: row.text(10)? == "supervisor",
        approver: row.opt_id(11)?,
        approval: row.opt_id(12)?,
        warned: row.bool(13)?,
        reason: row.string(14)?,
    })
}

/// Records a concession.
pub fn give(tx: &mut Tx<'_>, c: &ConcessionRow) -> Result<()> {
    let authority = if c.supervised { "supervisor" } else { "own" };
    tx.exec(
        sql!("bargain/give"),
        args![
            c.id,
            c.shop,
            c.thread,
            c.order,
            &c.number,
            c.person,
            c.at,
            c.total,
            c.off,
            c.form.as_str(),
            authority,
            c.approver,
            c.approval,
            c.warned,
            &c.reason
        ],
    )?;
    Ok(())
}

/// How many concessions a person has given on their own authority since then.
pub fn used(tx: &mut Tx<'_>, person: PersonId, since: Stamp) -> Result<i64> {
    Ok(tx
        .opt(sql!("bargain/used"), args![person, since], |row| row.int(0))?
        .unwrap_or(0))
}

/// Concessions of a thread, in order.
pub fn of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<ConcessionRow>> {
    tx.all(sql!("bargain/of_thread"), args![thread], concession)
}

/// Concessions on an order, in order.
pub fn of_order(tx: &mut Tx<'_>, shop: ShopId, number: &str) -> Result<Vec<ConcessionRow>> {
    tx.all(sql!("bargain/of_order"), args![shop, number], concession)
}

/// Concessions of these shops from `from` to before (time, concession), latest first.
pub fn between(
    tx: &mut Tx<'_>,
    shops: &[[u8; 16]],
    from: Stamp,
    before: (Stamp, ConcessionId),
    limit: i64,
) -> Result<Vec<ConcessionRow>> {
    tx.all(
        sql!("bargain/between"),
        args![shops, from, before.0, before.1, limit],
        concession,
    )
}

/// What one person has given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Who.
    pub person: PersonId,
    /// How often.
    pub count: i64,
    /// How much.
    pub off: Fen,
    /// Prices of those orders before.
    pub total: Fen,
    /// Of it on own authority.
    pub own: Fen,
}

/// Sums by person of these shops from `from` to before `to`.
pub fn sums(tx: &mut Tx<'_>, shops: &[[u8; 16]], from: Stamp, to: Stamp) -> Result<Vec<Sum>> {
    tx.all(sql!("bargain/sums"), args![shops, from, to], |row| {
        Ok(Sum {
            person: row.id(0)?,
            count: row.int(1)?,
            off: Fen(row.int(2)?),
            total: Fen(row.int(3)?),
            own: Fen(row.int(4)?),
        })
    })
}

/// Amount of the orders of these shops that were paid from `from` to before `to`, refunds not taken off.
pub fn sales(tx: &mut Tx<'_>, shops: &[[u8; 16]], from: Stamp, to: Stamp) -> Result<Fen> {
    let sum = tx.opt(sql!("bargain/sales"), args![shops, from, to], |row| row.int(0))?;
    Ok(Fen(sum.unwrap_or(0)))
}

/// A request to the supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// Its id.
    pub id: ApprovalId,
    /// The shop.
    pub shop: ShopId,
    /// The thread.
    pub thread: ThreadId,
    /// The order, if the house knows it.
    pub order: Option<OrderId>,
    /// The platform's number of the order; empty while there is none.
    pub number: String,
    /// Who asks.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// The order's price.
    pub total: Fen,
    /// The price asked for.
    pub asked: Fen,
    /// Why it is the supervisor's: `beyond_limit used_up large_order`.
    pub why: String,
    /// Why the buyer should have it, in the agent's words.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// The price granted, or offered instead.
    pub answer: Option<Fen>,
    /// Who answered.
    pub answered_by: Option<PersonId>,
    /// When.
    pub answered_at: Option<Stamp>,
    /// The supervisor's words.
    pub note: String,
}

fn request(row: &Row<'_>) -> Result<ApprovalRow> {
    let state = row.text(11)?;
    Ok(ApprovalRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        thread: row.id(2)?,
        order: row.opt_id(3)?,
        number: row.string(4)?,
        person: row.id(5)?,
        at: row.stamp(6)?,
        total: Fen(row.int(7)?),
        asked: Fen(row.int(8)?),
        why: row.string(9)?,
        reason: row.string(10)?,
        state: State::parse(state)
            .ok_or_else(|| StoreError::Inconsistent(format!("a request in unknown state {state:?}")))?,
        answer: row.opt_int(12)?.map(Fen),
        answered_by: row.opt_id(13)?,
        answered_at: row.opt_stamp(14)?,
        note: row.string(15)?,
    })
}

/// Writes a request, and tells whoever answers.
pub fn ask(tx: &mut Tx<'_>, a: &ApprovalRow) -> Result<()> {
    tx.exec(
        sql!("bargain/ask"),
        args![
            a.id,
            a.shop,
            a.thread,
            a.order,
            &a.number,
            a.person,
            a.at,
            a.total,
            a.asked,
            &a.why,
            &a.reason,
            a.state.as_str(),
            a.answer,
            a.answered_by,
            a.answered_at,
            &a.note
        ],
    )?;
    tx.emit(Effect::Approval(Arc::new(a.clone())));
    Ok(())
}

/// Writes state and answer of a request, and tells whoever it concerns.
pub fn settle(tx: &mut Tx<'_>, a: &ApprovalRow) -> Result<()> {
    tx.exec(
        sql!("bargain/settle"),
        args![
            a.id,
            a.state.as_str(),
            a.answer,
            a.answered_by,
            a.answered_at,
            &a.note
        ],
    )?;
    tx.emit(Effect::Approval(Arc::new(a.clone())));
    Ok(())
}

/// One request.
pub fn approval(tx: &mut Tx<'_>, id: ApprovalId) -> Result<Option<ApprovalRow>> {
    tx.opt(sql!("bargain/approval"), args![id], request)
}

/// Requests of these shops that nobody has answered, oldest first.
pub fn approvals_open(tx: &mut Tx<'_>, shops: &[[u8; 16]]) -> Result<Vec<ApprovalRow>> {
    tx.all(sql!("bargain/approvals_open"), args![shops], request)
}

/// The last requests of a thread, latest first.
pub fn approvals_of_thread(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<ApprovalRow>> {
    tx.all(sql!("bargain/approvals_of_thread"), args![thread], request)
}

/// Words of a step of the ladder were said in a conversation.
pub fn try_step(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    step: Step,
    person: PersonId,
    at: Stamp,
) -> Result<()> {
    tx.exec(
        sql!("bargain/try_step"),
        args![conversation, step.as_str(), person, at],
    )?;
    Ok(())
}

/// Steps of the ladder that were tried in a conversation, in order.
pub fn steps(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Vec<Step>> {
    let names = tx.all(sql!("bargain/steps"), args![conversation], |row| row.string(0))?;
    Ok(names.iter().filter_map(|name| Step::parse(name)).collect())
}
