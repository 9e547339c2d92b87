//! A large order with somebody who begins (R-DESK-18): somebody experienced is asked to look along, told at their desk, and may take it
//! over. Nobody is there: whoever comes next is told then.

use crate::access::{audited, require};
use crate::presence::Desk;
use crate::{Directory, House, Problem, Result, Staff};
use std::sync::Arc;
use yingke_domain::access::{Right, allows};
use yingke_domain::policy::Policy;
use yingke_domain::routing::pair::{Mate, is_needed, partner, stays};
use yingke_kernel::{ConversationId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::routing as rows;
pub use yingke_store::routing::PairRow;
use yingke_store::{Effect, Lane, Tx};

/// A pair with whose talk it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What is on record.
    pub row: PairRow,
    /// The buyer.
    pub buyer_name: String,
}

/// What is to be done about an open conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Somebody is asked to look along.
    Ask(PairRow),
    /// Nobody is asked any more; why.
    End(PairRow, &'static str),
}

/// Whether the open conversation of a thread is a large one with somebody who begins.
fn needs(desk: &Desk, directory: &Directory, thread: ThreadId, policy: &Policy) -> Option<PersonId> {
    let open = desk.open.get(&thread)?;
    let holder = open.holder?;
    let about = desk.about_open(thread)?;
    let large = about.is_large(&policy.routing) || about.is_big_buyer(&policy.routing);
    is_needed(large, directory.person(holder)?.grade).then_some(holder)
}

/// Who of the shop could look along.
fn mates(desk: &Desk, directory: &Directory, thread: ThreadId, shop: ShopId, now: Stamp) -> Vec<Mate> {
    let line = desk.line_of(thread);
    let known = desk.open.get(&thread).and_then(|open| open.last_agent);
    directory
        .members(shop)
        .map(|p| {
            let seats = directory.seats(shop, p.id);
            Mate {
                person: p.id,
                state: desk.state(p.id, now),
                grade: p.grade,
                leads: allows(p.role, Right::TakeOver),
                serves: seats.is_empty()
                    || line
                        .as_deref()
                        .is_none_or(|line| seats.iter().any(|seat| &*seat.line == line)),
                known: known == Some(p.id),
                load: desk.load(p.id),
            }
        })
        .collect()
}

fn steps(desk: &Desk, directory: &Directory, policy: &Policy, now: Stamp) -> Vec<Step> {
    let mut steps = Vec::new();
    for pair in desk.pairs.values() {
        let open = desk.open.get(&pair.thread);
        let cause = match (open, needs(desk, directory, pair.thread, policy)) {
            (None, _) => "closed",
            (Some(open), _) if open.holder != Some(pair.junior) => "moved",
            (Some(_), None) => "small",
            (Some(_), Some(_)) if !stays(desk.state(pair.partner, now)) => "left",
            (Some(_), Some(_)) => continue,
        };
        steps.push(Step::End(*pair, cause));
    }
    for (thread, open) in &desk.open {
        if desk.pairs.contains_key(thread) {
            continue;
        }
        let Some(junior) = needs(desk, directory, *thread, policy) else {
            continue;
        };
        let all = mates(desk, directory, *thread, open.shop, now);
        if let Some(partner) = partner(junior, &all) {
            steps.push(Step::Ask(PairRow {
                thread: *thread,
                at: now,
                shop: open.shop,
                // Read with the row, where it is written.
                conversation: ConversationId(uuid::Uuid::nil()),
                junior,
                partner,
                seen_at: None,
            }));
        }
    }
    steps
}

/// One round: asks where somebody is needed, ends what is over. Called by the router, one round at a time.
pub(super) async fn look_along(house: &House) -> Result<()> {
    let steps = {
        let (now, policy, directory) = (house.now(), house.policy(), house.directory());
        let desk = house.0.desk.lock();
        if desk.pairs.is_empty() && !desk.has_juniors(&directory) {
            return Ok(());
        }
        steps(&desk, &directory, &policy, now)
    };
    for step in steps {
        match step {
            Step::Ask(pair) => ask(house, pair).await?,
            Step::End(pair, cause) => end(house, pair, cause).await?,
        }
    }
    Ok(())
}

async fn ask(house: &House, pair: PairRow) -> Result<()> {
    let now = house.now();
    let asked = house
        .write(Lane::from(pair.thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, pair.thread)? else {
                return Ok(None);
            };
            let Some(conversation) = t.live.conversation.filter(|_| t.live.holder == Some(pair.junior))
            else {
                return Ok(None);
            };
            let pair = PairRow {
                conversation,
                at: now,
                ..pair
            };
            rows::pair(tx, &pair)?;
            let detail =
                serde_json::json!({ "from": pair.junior.to_string(), "to": pair.partner.to_string() });
            audited(
                tx,
                now,
                None,
                "routing.pair",
                &pair.thread.to_string(),
                &detail.to_string(),
            )?;
            Ok(Some((pair, t)))
        })
        .await?;
    let Some((pair, t)) = asked else { return Ok(()) };
    house.0.desk.lock().pairs.insert(pair.thread, pair);
    tell(house, pair, t.buyer_name.clone(), true);
    house.tell(Effect::Marked(Arc::new(t)));
    Ok(())
}

async fn end(house: &House, pair: PairRow, cause: &'static str) -> Result<()> {
    let now = house.now();
    let t = house
        .write(Lane::from(pair.thread), move |tx: &mut Tx<'_>| {
            rows::end_pair(tx, pair.thread, now, cause)?;
            let detail = serde_json::json!({
                "from": pair.junior.to_string(), "to": pair.partner.to_string(), "reason": cause,
            });
            audited(
                tx,
                now,
                None,
                "routing.unpair",
                &pair.thread.to_string(),
                &detail.to_string(),
            )?;
            yingke_store::conversation::get(tx, pair.thread)
        })
        .await?;
    house.0.desk.lock().pairs.remove(&pair.thread);
    let name = t.as_ref().map(|t| t.buyer_name.clone()).unwrap_or_default();
    tell(house, pair, name, false);
    if let Some(t) = t {
        house.tell(Effect::Marked(Arc::new(t)));
    }
    Ok(())
}

fn tell(house: &House, row: PairRow, buyer_name: String, open: bool) {
    house.tell(Effect::Pair {
        pair: Arc::new(row),
        buyer_name: buyer_name.into(),
        open,
    });
}

/// Whom this thread's holder is paired with.
pub(crate) fn partner_of(house: &House, thread: ThreadId) -> Option<PersonId> {
    house.0.desk.lock().pairs.get(&thread).map(|pair| pair.partner)
}

/// The pairs of the caller's shops: their own, or all for whoever may act upon what others hold; oldest first.
pub async fn pairs(house: &House, staff: &Staff) -> Result<Vec<Pair>> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    let leads = allows(staff.role, Right::TakeOver);
    let mut own: Vec<PairRow> = house.0.desk.lock().pairs.values().copied().collect();
    own.retain(|p| {
        shops.contains(&p.shop) && (leads || p.partner == staff.person || p.junior == staff.person)
    });
    own.sort_by_key(|p| (p.at, p.thread));
    let mut ids: Vec<[u8; 16]> = own.iter().map(|p| p.thread.bytes()).collect();
    ids.sort_unstable();
    let threads = house
        .read(move |tx: &mut Tx<'_>| yingke_store::conversation::get_many(tx, &ids))
        .await?;
    Ok(own
        .into_iter()
        .map(|row| Pair {
            buyer_name: threads
                .iter()
                .find(|t| t.id == row.thread)
                .map(|t| t.buyer_name.clone())
                .unwrap_or_default(),
            row,
        })
        .collect())
}

/// The partner has opened it: their line is answered, the junior sees it.
///
/// # Errors
/// `not_found` for whoever is not asked about this thread.
pub async fn see_pair(house: &House, staff: &Staff, thread: ThreadId) -> Result<()> {
    require(staff, Right::Receive)?;
    let pair = house.0.desk.lock().pairs.get(&thread).copied();
    let pair = pair
        .filter(|p| p.partner == staff.person && house.shops_of(staff).contains(&p.shop))
        .ok_or_else(|| Problem::not_found("pair"))?;
    if pair.seen_at.is_some() {
        return Ok(());
    }
    crate::presence::active(house, staff.person);
    let (now, me) = (house.now(), staff.person);
    let t = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            if rows::see_pair(tx, thread, now)? {
                audited(tx, now, Some(me), "routing.see_pair", &thread.to_string(), "")?;
            }
            yingke_store::conversation::get(tx, thread)
        })
        .await?;
    let seen = PairRow {
        seen_at: Some(now),
        ..pair
    };
    if let Some(known) = house
        .0
        .desk
        .lock()
        .pairs
        .get_mut(&thread)
        .filter(|p| p.at == pair.at)
    {
        *known = seen;
    }
    tell(house, seen, t.map(|t| t.buyer_name).unwrap_or_default(), true);
    Ok(())
}
