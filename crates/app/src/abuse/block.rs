//! Buyers whom a shop does not listen to: what they write is stored, and neither queued, rung, timed nor counted.

use super::{AbuseMark, BlockRow, reason_of, words_of};
use crate::access::{audited, require};
use crate::conversation::{checked, may_act, refused, remark};
use crate::{House, Problem, Result, Staff};
use std::sync::Arc;
use yingke_domain::abuse::is_blocked;
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::shut;
use yingke_kernel::{BlockId, ThreadId};
use yingke_store::abuse as rows;
use yingke_store::conversation::{self as talk, Note, apply};
use yingke_store::{Effect, Lane, Tx};

/// Blocks told at once.
const TOLD: i64 = 500;
/// The longest time for which a block may be set, seconds: ten years. Longer is "until lifted".
const LONGEST: i64 = 10 * 366 * 86_400;

/// A block, with whom it is about.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// The block.
    pub row: BlockRow,
    /// The buyer's name.
    pub buyer_name: String,
    /// Whether it holds now.
    pub stands: bool,
}

/// Does not listen to the buyer of a thread any more: for `secs` seconds, or until it is lifted. What is open is closed, and what is
/// owed is waived.
///
/// # Errors
/// `forbidden` for an agent unless the policy lets agents block; `blocked_already`, `reason_missing`, `bad_time`.
pub async fn block(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    secs: Option<i64>,
    reason: &str,
) -> Result<BlockRow> {
    require(staff, Right::Receive)?;
    let is_agents = house.policy().abuse.agent_blocks;
    if !is_agents {
        require(staff, Right::Approve)?;
    }
    let reason = reason_of(reason)?;
    if secs.is_some_and(|secs| !(1..=LONGEST).contains(&secs)) {
        let detail = format!("a block lasts from 1 to {LONGEST} seconds, or until it is lifted");
        return Err(Problem::invalid("bad_time", detail));
    }
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.clone(), house.now());
    let until = secs.map(|secs| now.plus_secs(secs));
    crate::presence::active(house, staff.person);
    let row = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let mut t = checked(&allowed, talk::get(tx, thread)?)?;
            if !allows(me.role, Right::Approve) {
                may_act(&me, t.live.holder)?;
            }
            let stands = |b: &BlockRow| is_blocked(b.until, b.lifted_at, now);
            if rows::blocks_of_thread(tx, thread)?.iter().any(stands) {
                let detail = "this buyer is blocked already; lift the block to change it";
                return Err(Problem::conflict("blocked_already", detail).into());
            }
            let row = BlockRow {
                id: BlockId::new(now),
                shop: t.shop,
                buyer: t.buyer,
                thread,
                person: me.person,
                at: now,
                until,
                reason: reason.clone(),
                lifted_by: None,
                lifted_at: None,
                note: String::new(),
            };
            rows::put_block(tx, &row)?;
            if t.live.open_at(now).is_some() {
                let change = shut(t.live.clone(), me.person, now).map_err(refused)?;
                let seen = Note {
                    seen: true,
                    ..Note::default()
                };
                t = apply(tx, t, change, seen, now)?;
            }
            let about = AbuseMark {
                what: "blocked".to_owned(),
                until: until.map(|at| at.to_string()),
                ..AbuseMark::default()
            };
            if t.live.last_seq > 0 {
                remark::inside(tx, t, me.person, reason.clone(), about, now)?;
            }
            let detail = serde_json::json!({ "until": until.map(|at| at.to_string()), "reason": reason });
            let subject = thread.to_string();
            audited(
                tx,
                now,
                Some(me.person),
                "abuse.block",
                &subject,
                &detail.to_string(),
            )?;
            Ok(row)
        })
        .await?;
    house.0.desk.lock().blocked.insert(thread, until);
    shown(house, thread).await?;
    Ok(row)
}

/// Lists show the buyer anew.
async fn shown(house: &House, thread: ThreadId) -> Result<()> {
    if let Some(t) = house.read(move |tx| talk::get(tx, thread)).await? {
        house.tell(Effect::Marked(Arc::new(t)));
    }
    Ok(())
}

/// Blocks of the caller's shops, lifted or not, latest first.
pub async fn blocks(house: &House, staff: &Staff) -> Result<Vec<Blocked>> {
    require(staff, Right::Approve)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    let now = house.now();
    house
        .read(move |tx| {
            let found = rows::blocks(tx, &shops, TOLD)?;
            let mut told = Vec::with_capacity(found.len());
            for row in found {
                let t = talk::get(tx, row.thread)?;
                told.push(Blocked {
                    stands: is_blocked(row.until, row.lifted_at, now),
                    buyer_name: t.map(|t| t.buyer_name).unwrap_or_default(),
                    row,
                });
            }
            Ok(told)
        })
        .await
}

/// Listens to a buyer again: what they write from now on waits for an answer as anybody's.
///
/// # Errors
/// `not_blocked` if it was lifted already or has ended.
pub async fn lift(house: &House, staff: &Staff, id: BlockId, note: &str) -> Result<BlockRow> {
    require(staff, Right::Approve)?;
    let note = words_of(note)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    crate::presence::active(house, me);
    let found = house.read(move |tx: &mut Tx<'_>| rows::block(tx, id)).await?;
    let lane = found.map_or(Lane::Any, |b| Lane::from(b.thread));
    let row = house
        .write(lane, move |tx: &mut Tx<'_>| {
            let row = rows::block(tx, id)?
                .filter(|b| allowed.contains(&b.shop))
                .ok_or_else(|| Problem::not_found("block"))?;
            if !is_blocked(row.until, row.lifted_at, now) {
                let detail = "this block does not hold any more";
                return Err(Problem::conflict("not_blocked", detail).into());
            }
            let row = BlockRow {
                lifted_by: Some(me),
                lifted_at: Some(now),
                note: note.clone(),
                ..row
            };
            rows::lift_block(tx, &row)?;
            if let Some(t) = talk::get(tx, row.thread)?.filter(|t| t.live.last_seq > 0) {
                let about = AbuseMark {
                    what: "lifted".to_owned(),
                    ..AbuseMark::default()
                };
                remark::inside(tx, t, me, note.clone(), about, now)?;
            }
            audited(tx, now, Some(me), "abuse.lift", &row.thread.to_string(), &note)?;
            Ok(row)
        })
        .await?;
    house.0.desk.lock().blocked.remove(&row.thread);
    shown(house, row.thread).await?;
    Ok(row)
}
