//! Requests to the supervisor: asked in the desk, answered in the desk, within seconds (R-BARGAIN-02).

use super::give::{REASON_MAX, nonsense, open_thread, priced, reason_of, record};
use super::{BargainMark, words};
use crate::access::{audited, require};
use crate::conversation::{self, remark};
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::bargain::{Act, Form, Refusal, Request, State, Verdict, Wish, act, forms, judge};
use yingke_domain::escalation::Upward;
use yingke_kernel::{ApprovalId, Fen, OrderId, PersonId, Stamp, ThreadId};
use yingke_store::bargain::{self as rows, ApprovalRow, ConcessionRow};
use yingke_store::{Lane, Tx};

fn refused(refusal: Refusal) -> Problem {
    let code = match refusal {
        Refusal::NotOpen => "request_settled",
        Refusal::NothingGranted => "nothing_granted",
        Refusal::BadCounter => "bad_price",
    };
    Problem::conflict(code, refusal.to_string())
}

fn mark(a: &ApprovalRow, what: &str) -> BargainMark {
    BargainMark {
        what: what.to_owned(),
        approval: Some(a.id.to_string()),
        total_fen: a.total.0,
        price_fen: a.answer.unwrap_or(a.asked).0,
        form: None,
    }
}

/// The agent asks for a price. One request of a thread is open at a time.
///
/// # Errors
/// `bad_price`, `reason_missing`, `request_open`, `conversation_not_open`, `held_by_other`.
pub async fn ask(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    order: Option<OrderId>,
    total: Fen,
    price: Fen,
    reason: &str,
) -> Result<ApprovalRow> {
    require(staff, Right::Receive)?;
    let reason = reason_of(reason)?;
    let allowed = house.shops_of(staff);
    let policy = house.policy();
    let now = house.now();
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = open_thread(tx, &allowed, thread, now)?;
            conversation::may_act(&me, t.live.holder)?;
            let is_open = |a: &ApprovalRow| a.state == State::Open;
            if rows::approvals_of_thread(tx, thread)?.iter().any(is_open) {
                let detail = "a request of this thread is open already; wait for its answer or withdraw it";
                return Err(Problem::conflict("request_open", detail).into());
            }
            let (order, number, total) = priced(tx, &t, order, total, None)?;
            let wish = Wish {
                total,
                price,
                used_today: i64::MAX,
            };
            let why = match judge(wish, &policy.bargain) {
                Verdict::Bad(why) => return Err(nonsense(why).into()),
                Verdict::Ask(why) => serde_json::to_value(why)
                    .ok()
                    .and_then(|v| v.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                Verdict::Within { .. } => String::new(),
            };
            let row = ApprovalRow {
                id: ApprovalId::new(now),
                shop: t.shop,
                thread,
                order,
                number,
                person: me.person,
                at: now,
                total,
                asked: price,
                why,
                reason: reason.clone(),
                state: State::Open,
                answer: None,
                answered_by: None,
                answered_at: None,
                note: String::new(),
            };
            rows::ask(tx, &row)?;
            let t = remark::inside(tx, t, me.person, reason.clone(), mark(&row, "asked"), now)?;
            if !allows(me.role, Right::Approve) {
                crate::escalation::record(tx, &t, me.person, Upward::Price, None, None, now)?;
            }
            trail(tx, &row, me.person, "bargain.ask", now)?;
            Ok(row)
        })
        .await
}

fn trail(tx: &mut Tx<'_>, a: &ApprovalRow, by: PersonId, act: &str, now: Stamp) -> yingke_store::Result<()> {
    let detail = serde_json::json!({
        "total_fen": a.total.0, "asked_fen": a.asked.0, "answer_fen": a.answer.map(|f| f.0), "note": a.note,
    });
    audited(tx, now, Some(by), act, &a.id.to_string(), &detail.to_string())
}

/// The lane of the thread that a request is about.
async fn lane(house: &House, id: ApprovalId) -> Result<Lane> {
    let found = house.read(move |tx: &mut Tx<'_>| rows::approval(tx, id)).await?;
    Ok(found.map_or(Lane::Any, |a| Lane::from(a.thread)))
}

/// Requests of the caller's shops that nobody has answered, oldest first.
pub async fn open_requests(house: &House, staff: &Staff) -> Result<Vec<ApprovalRow>> {
    require(staff, Right::Approve)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    house.read(move |tx| rows::approvals_open(tx, &shops)).await
}

/// The request of the caller's shops.
fn found(
    tx: &mut Tx<'_>,
    allowed: &[yingke_kernel::ShopId],
    id: ApprovalId,
) -> yingke_store::Result<ApprovalRow> {
    rows::approval(tx, id)?
        .filter(|a| allowed.contains(&a.shop))
        .ok_or_else(|| Problem::not_found("approval").into())
}

fn step(a: &ApprovalRow, what: Act) -> yingke_store::Result<State> {
    let request = Request {
        state: a.state,
        total: a.total,
        asked: a.asked,
    };
    Ok(act(request, what).map_err(refused)?)
}

/// The supervisor grants, refuses, or offers another price.
///
/// # Errors
/// `request_settled` if somebody was faster, `bad_price` for a counter-price that is none.
pub async fn answer(
    house: &House,
    staff: &Staff,
    id: ApprovalId,
    what: Act,
    note: &str,
) -> Result<ApprovalRow> {
    require(staff, Right::Approve)?;
    let note = note.trim().to_owned();
    if note.chars().count() > REASON_MAX {
        let detail = format!("the note has more than {REASON_MAX} characters; make it shorter");
        return Err(Problem::invalid("too_long", detail));
    }
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    crate::presence::active(house, me);
    house
        .write(lane(house, id).await?, move |tx: &mut Tx<'_>| {
            let a = found(tx, &allowed, id)?;
            let state = step(&a, what)?;
            let answer = match what {
                Act::Grant => Some(a.asked),
                Act::Counter(price) => Some(price),
                _ => None,
            };
            let a = ApprovalRow {
                state,
                answer,
                answered_by: Some(me),
                answered_at: Some(now),
                note: note.clone(),
                ..a
            };
            rows::settle(tx, &a)?;
            if let Some(t) = yingke_store::conversation::get(tx, a.thread)? {
                remark::inside(tx, t, me, note.clone(), mark(&a, state.as_str()), now)?;
            }
            trail(tx, &a, me, "bargain.answer", now)?;
            Ok(a)
        })
        .await
}

/// The agent takes what was granted or offered: the concession is given. Gives the record and words for the buyer.
///
/// # Errors
/// `nothing_granted`, `bad_form`, `order_paid`, `conversation_not_open`.
pub async fn take(
    house: &House,
    staff: &Staff,
    id: ApprovalId,
    form: Form,
) -> Result<(ConcessionRow, String)> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let directory = house.directory();
    let policy = house.policy();
    let now = house.now();
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(lane(house, id).await?, move |tx: &mut Tx<'_>| {
            let a = found(tx, &allowed, id)?;
            let state = step(&a, Act::Take)?;
            let t = open_thread(tx, &allowed, a.thread, now)?;
            conversation::may_act(&me, t.live.holder)?;
            if !forms(&t.channel, &policy.bargain).contains(&form) {
                let detail =
                    "this platform does not allow that form; choose one of those that the desk offers";
                return Err(Problem::invalid("bad_form", detail).into());
            }
            let price = a.answer.unwrap_or(a.asked);
            let (order, number, _) = priced(tx, &t, a.order, a.total, Some(form))?;
            let a = ApprovalRow { state, ..a };
            rows::settle(tx, &a)?;
            let language = directory.shop(t.shop).map_or("zh-CN", |s| s.settings.language());
            let said = words(language, form, a.total, price);
            let order = (order, number);
            let row = record(
                tx,
                t,
                me.person,
                order,
                a.total,
                price,
                form,
                false,
                &a.reason,
                Some(&a),
                true,
                now,
            )?;
            Ok((row, said))
        })
        .await
}

/// The agent does not need it any more.
///
/// # Errors
/// `request_settled`.
pub async fn withdraw(house: &House, staff: &Staff, id: ApprovalId) -> Result<ApprovalRow> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    house
        .write(lane(house, id).await?, move |tx: &mut Tx<'_>| {
            let a = found(tx, &allowed, id)?;
            if a.person != me {
                return Err(Problem::not_found("approval").into());
            }
            let state = step(&a, Act::Withdraw)?;
            let a = ApprovalRow { state, ..a };
            rows::settle(tx, &a)?;
            if let Some(t) = yingke_store::conversation::get(tx, a.thread)? {
                remark::inside(tx, t, me, String::new(), mark(&a, "withdrawn"), now)?;
            }
            trail(tx, &a, me, "bargain.withdraw", now)?;
            Ok(a)
        })
        .await
}
