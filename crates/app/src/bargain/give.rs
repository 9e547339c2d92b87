//! What an agent can do alone, and what was tried already.

use super::{BargainMark, words};
use crate::access::{audited, require};
use crate::conversation::{self, about, remark};
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::bargain::{
    Form, Nonsense, Step, Verdict, Why, Wish, forms, judge, limit, next_step, round_off, second,
};
use yingke_domain::order::OrderState;
use yingke_kernel::{ConcessionId, Fen, OrderId, PersonId, ShopId, Stamp, ThreadId, Zone};
use yingke_store::bargain::{self as rows, ApprovalRow, ConcessionRow};
use yingke_store::conversation::ThreadRow;
use yingke_store::{Lane, Tx};

/// Most characters of a reason.
pub(super) const REASON_MAX: usize = 200;
/// Orders of a buyer that are looked at.
const ORDERS: i64 = 10;

/// An order that can be bargained about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChoice {
    /// The order.
    pub id: OrderId,
    /// The platform's number.
    pub number: String,
    /// What it costs.
    pub total: Fen,
    /// The most that the agent gives alone.
    pub limit: Fen,
    /// The round price within that; `None` = there is none.
    pub round: Option<Fen>,
    /// What the second concession applies for, and the most of it.
    pub second: (Fen, Fen),
}

/// Everything that the panel of bargaining shows.
#[derive(Debug, Clone)]
pub struct Board {
    /// Unpaid orders of the buyer, newest first.
    pub orders: Vec<OrderChoice>,
    /// Forms that the platform allows.
    pub forms: Vec<Form>,
    /// Concessions on own authority that the caller gave today.
    pub used_today: i64,
    /// Steps of the ladder that were tried in this conversation.
    pub tried: Vec<Step>,
    /// The step to try next, and the one if the buyer wavers.
    pub next: (Option<Step>, Option<Step>),
    /// The last requests of the thread, latest first.
    pub requests: Vec<ApprovalRow>,
    /// What was given in this thread, in order.
    pub given: Vec<ConcessionRow>,
}

/// What is to be given, or asked for.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The order; `None` = it is not placed yet, or the house does not know it.
    pub order: Option<OrderId>,
    /// The price where the house does not know the order; else the order's own counts.
    pub total: Fen,
    /// What it is to cost.
    pub price: Fen,
    /// How it reaches the buyer.
    pub form: Form,
    /// Why.
    pub reason: String,
}

/// A thread of the caller's shops, open.
pub(super) fn open_thread(
    tx: &mut Tx<'_>,
    allowed: &[ShopId],
    thread: ThreadId,
    now: Stamp,
) -> yingke_store::Result<ThreadRow> {
    let t = yingke_store::conversation::get(tx, thread)?
        .filter(|t| allowed.contains(&t.shop))
        .ok_or_else(|| Problem::not_found("thread"))?;
    if t.live.open_at(now).is_none() {
        let detail = "no conversation is open in this thread; a price is settled while the buyer is there";
        return Err(Problem::conflict("conversation_not_open", detail).into());
    }
    Ok(t)
}

/// Since when the caller's concessions count as today's.
fn day_begins(zone: &Zone, now: Stamp, split_secs: i64) -> Stamp {
    let day = zone.civil(now.plus_secs(-split_secs)).date();
    zone.stamp(day.at(0, 0, 0, 0)).plus_secs(split_secs)
}

pub(super) fn nonsense(why: Nonsense) -> Problem {
    Problem::invalid("bad_price", why.to_string())
}

pub(super) fn reason_of(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "say why this buyer should have it; it stands on the record",
        ));
    }
    if text.chars().count() > REASON_MAX {
        let detail = format!("the reason has more than {REASON_MAX} characters; make it shorter");
        return Err(Problem::invalid("too_long", detail));
    }
    Ok(text.to_owned())
}

/// The order that the terms name, and its price.
pub(super) fn priced(
    tx: &mut Tx<'_>,
    t: &ThreadRow,
    order: Option<OrderId>,
    total: Fen,
    form: Option<Form>,
) -> yingke_store::Result<(Option<OrderId>, String, Fen)> {
    let Some(id) = order else {
        return Ok((None, String::new(), total));
    };
    let found = about::orders_of(tx, t.shop, t.buyer, ORDERS)?
        .into_iter()
        .find(|o| o.id == id)
        .ok_or_else(|| Problem::not_found("order"))?;
    if found.row.paid.is_some() && matches!(form, Some(Form::Price | Form::Freight)) {
        let detail = "the order is paid: its price cannot be changed any more; choose another form";
        return Err(Problem::conflict("order_paid", detail).into());
    }
    let amount = crate::order::amount(&found.row);
    Ok((Some(id), found.row.number, amount))
}

/// What can be done about the price in a thread.
pub async fn board(house: &House, staff: &Staff, thread: ThreadId) -> Result<Board> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let directory = house.directory();
    let policy = house.policy();
    let (me, now) = (staff.person, house.now());
    house
        .read(move |tx: &mut Tx<'_>| {
            let t = yingke_store::conversation::get(tx, thread)?
                .filter(|t| allowed.contains(&t.shop))
                .ok_or_else(|| Problem::not_found("thread"))?;
            let bargain = &policy.bargain;
            let unpaid = |o: &yingke_store::order::Order| {
                o.row.paid.is_none()
                    && about::state_of(o).is_none_or(|state| state == OrderState::AwaitingPayment)
            };
            let orders = about::orders_of(tx, t.shop, t.buyer, ORDERS)?
                .into_iter()
                .filter(unpaid)
                .map(|o| {
                    let total = crate::order::amount(&o.row);
                    OrderChoice {
                        id: o.id,
                        number: o.row.number.clone(),
                        total,
                        limit: limit(total, bargain),
                        round: round_off(total, bargain),
                        second: second(total, bargain),
                    }
                })
                .collect();
            let allowed_forms = forms(&t.channel, bargain);
            let tried = match t.live.open_at(now) {
                Some(conversation) => rows::steps(tx, conversation)?,
                None => Vec::new(),
            };
            let since = day_begins(&directory.zone_of(t.shop), now, policy.metric.day_split.secs());
            Ok(Board {
                orders,
                used_today: rows::used(tx, me, since)?,
                next: (
                    next_step(&tried, false, &allowed_forms),
                    next_step(&tried, true, &allowed_forms),
                ),
                tried,
                forms: allowed_forms,
                requests: rows::approvals_of_thread(tx, thread)?,
                given: rows::of_thread(tx, thread)?,
            })
        })
        .await
}

/// Writes a concession, its place in the thread, and its line on the trail.
#[expect(clippy::too_many_arguments, reason = "the facts of one record")]
pub(super) fn record(
    tx: &mut Tx<'_>,
    t: ThreadRow,
    by: PersonId,
    order: (Option<OrderId>, String),
    total: Fen,
    price: Fen,
    form: Form,
    warned: bool,
    reason: &str,
    approved: Option<&ApprovalRow>,
    supervised: bool,
    now: Stamp,
) -> yingke_store::Result<ConcessionRow> {
    let row = ConcessionRow {
        id: ConcessionId::new(now),
        shop: t.shop,
        thread: t.id,
        order: order.0,
        number: order.1,
        person: by,
        at: now,
        total,
        off: Fen(total.0 - price.0),
        form,
        supervised,
        approver: approved.map_or(supervised.then_some(by), |a| a.answered_by),
        approval: approved.map(|a| a.id),
        warned,
        reason: reason.to_owned(),
    };
    rows::give(tx, &row)?;
    let mark = BargainMark {
        what: if approved.is_some() { "taken" } else { "conceded" }.to_owned(),
        approval: row.approval.map(|id| id.to_string()),
        total_fen: total.0,
        price_fen: price.0,
        form: Some(form.as_str().to_owned()),
    };
    remark::inside(tx, t, by, reason.to_owned(), mark, now)?;
    let detail = serde_json::json!({
        "order": row.number, "total_fen": total.0, "off_fen": row.off.0, "form": form.as_str(),
        "authority": if supervised { "supervisor" } else { "own" }, "reason": reason,
    });
    audited(
        tx,
        now,
        Some(by),
        "bargain.concede",
        &row.id.to_string(),
        &detail.to_string(),
    )?;
    Ok(row)
}

/// The agent gives what is within their own authority; whoever may approve gives what they think right. Gives the record and words
/// for the buyer.
///
/// # Errors
/// `bad_price`, `bad_form`, `reason_missing`, `order_paid`, `needs_approval` (its detail says why), `conversation_not_open`,
/// `held_by_other`.
pub async fn concede(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    terms: Terms,
) -> Result<(ConcessionRow, String)> {
    require(staff, Right::Receive)?;
    let reason = reason_of(&terms.reason)?;
    let allowed = house.shops_of(staff);
    let directory = house.directory();
    let policy = house.policy();
    let now = house.now();
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = open_thread(tx, &allowed, thread, now)?;
            conversation::may_act(&me, t.live.holder)?;
            if !forms(&t.channel, &policy.bargain).contains(&terms.form) {
                let detail =
                    "this platform does not allow that form; choose one of those that the desk offers";
                return Err(Problem::invalid("bad_form", detail).into());
            }
            let (id, number, total) = priced(tx, &t, terms.order, terms.total, Some(terms.form))?;
            let zone = directory.zone_of(t.shop);
            let since = day_begins(&zone, now, policy.metric.day_split.secs());
            let wish = Wish {
                total,
                price: terms.price,
                used_today: rows::used(tx, me.person, since)?,
            };
            let approves = allows(me.role, Right::Approve);
            let warned = match judge(wish, &policy.bargain) {
                Verdict::Bad(why) => return Err(nonsense(why).into()),
                Verdict::Within { warning, .. } => warning && !approves,
                Verdict::Ask(_) if approves => false,
                Verdict::Ask(why) => {
                    let why = match why {
                        Why::BeyondLimit => format!(
                            "the most that you give alone on this order is {}",
                            limit(total, &policy.bargain)
                        ),
                        Why::UsedUp => "your concessions of today are used up".to_owned(),
                        Why::LargeOrder => "orders of this size are the supervisor's".to_owned(),
                    };
                    let detail = format!("{why}; ask the supervisor");
                    return Err(Problem::conflict("needs_approval", detail).into());
                }
            };
            let language = directory.shop(t.shop).map_or("zh-CN", |s| s.settings.language());
            let said = words(language, terms.form, total, terms.price);
            let order = (id, number);
            let row = record(
                tx,
                t,
                me.person,
                order,
                total,
                terms.price,
                terms.form,
                warned,
                &reason,
                None,
                approves,
                now,
            )?;
            Ok((row, said))
        })
        .await
}

/// Scene of the phrases of bargaining, and how the group of a step begins: so the stock has them, and so a shop keeps its own.
const SCENE: &str = "bargain";

fn is_of_step(group: &str, step: Step) -> bool {
    let place = Step::ALL.iter().position(|s| *s == step).unwrap_or(0) + 1;
    let wanted = format!("第{place}步");
    group.split('/').any(|name| name.starts_with(&wanted))
}

/// The best phrase of a step: the highest level first, then what was used most.
async fn words_of(house: &House, staff: &Staff, t: &ThreadRow, step: Step) -> Result<Option<String>> {
    let listing = crate::phrase::list(house, staff, t.shop, None).await?;
    let best = listing
        .team
        .iter()
        .chain(&listing.own)
        .filter(|p| p.scene == SCENE && is_of_step(&p.group, step))
        .max_by_key(|p| (p.level, p.used, std::cmp::Reverse(p.place)));
    let Some(best) = best else { return Ok(None) };
    let facts = crate::phrase::facts(house, staff, t.id).await?;
    Ok(Some(yingke_domain::phrase::fill(&best.text, &facts).text))
}

/// A step of the ladder is taken (R-BARGAIN-03): it counts as tried. Gives the words for the draft; `None` = the shop has none.
pub async fn try_step(house: &House, staff: &Staff, thread: ThreadId, step: Step) -> Result<Option<String>> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    let t = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = open_thread(tx, &allowed, thread, now)?;
            if let Some(conversation) = t.live.open_at(now) {
                rows::try_step(tx, conversation, step, me, now)?;
            }
            Ok(t)
        })
        .await?;
    words_of(house, staff, &t, step).await
}
