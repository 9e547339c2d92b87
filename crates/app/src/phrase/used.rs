//! What phrases do: each use once, by message, and whether the buyer ordered soon after (R-PHRASE-09).

use super::{PhraseRow, may_read, rows};
use crate::access::require;
use crate::conversation::about::orders_of;
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use yingke_domain::access::Right;
use yingke_kernel::{BuyerId, ClientId, PersonId, PhraseId, ShopId, Stamp, ThreadId};
use yingke_store::phrase::Use;
use yingke_store::{Lane, Tx};

/// Orders of a buyer that are looked at.
const ORDERS: i64 = 200;
/// Uses of a phrase that are listed at most.
const USES: i64 = 500;
/// Most days of a range.
const DAYS: i32 = 732;

/// Notes that a message of the caller was made of a phrase. A message counts once, however often this is said. Gives false when it
/// was counted before.
///
/// # Errors
/// Without the right `receive`; `not_found` for a phrase or thread that the caller does not have; `message_unknown` when there is
/// no such message of the caller.
pub async fn record_use(
    house: &House,
    staff: &Staff,
    phrase: PhraseId,
    thread: ThreadId,
    seq: i64,
) -> Result<bool> {
    require(staff, Right::Receive)?;
    let (me, shops) = (staff.person, house.shops_of(staff));
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let row = visible(tx, me, &shops, phrase)?;
            let set = rows::get_set(tx, row.set)?.ok_or_else(|| Problem::not_found("phrase"))?;
            let there = yingke_store::conversation::get(tx, thread)?
                .filter(|t| t.shop == set.shop)
                .ok_or_else(|| Problem::not_found("thread"))?;
            let entry = yingke_store::conversation::entry_at(tx, thread, seq)?
                .filter(|e| e.kind.is_message() && e.author == me.0);
            let Some((entry, client)) = entry.and_then(|e| e.client_id.map(|c| (e, c))) else {
                let detail = format!("there is no message {seq} of yours in this thread");
                return Err(Problem::invalid("message_unknown", detail).into());
            };
            let made = Use {
                phrase,
                thread,
                buyer: there.buyer,
                person: me,
                seq: Some(seq),
                at: entry.at,
            };
            let client: ClientId = client;
            rows::record_use(tx, set.shop, client, &made)
        })
        .await
}

/// A phrase of the team of one of these shops, or of this person.
fn visible(tx: &mut Tx<'_>, me: PersonId, shops: &[ShopId], id: PhraseId) -> yingke_store::Result<PhraseRow> {
    let gone = || Problem::not_found("phrase");
    let row = rows::get(tx, id)?.ok_or_else(gone)?;
    rows::get_set(tx, row.set)?
        .filter(|set| shops.contains(&set.shop) && set.person.is_none_or(|p| p == me))
        .ok_or_else(gone)?;
    Ok(row)
}

/// What a phrase did in a range of days.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The phrase, even if it was taken out meanwhile.
    pub row: PhraseRow,
    /// Whether it is the team's.
    pub is_team: bool,
    /// How often it was sent.
    pub used: i64,
    /// To how many buyers.
    pub buyers: i64,
    /// How many of them placed an order within the policy's time after it.
    pub sold: i64,
}

/// The instants of a range of days in a shop: its beginning, and what comes after its end.
fn range(house: &House, shop: ShopId, from: Date, to: Date) -> Result<(Stamp, Stamp)> {
    let days = (to - from).get_days();
    if !(0..DAYS).contains(&days) {
        let detail = format!("from {from} to {to} is no range of 1 to {DAYS} days");
        return Err(Problem::invalid("bad_range", detail));
    }
    let directory = house.directory();
    let zone = &directory
        .shop(shop)
        .ok_or_else(|| Problem::not_found("shop"))?
        .zone;
    let next = to.tomorrow().unwrap_or(Date::MAX);
    Ok((zone.stamp(from.at(0, 0, 0, 0)), zone.stamp(next.at(0, 0, 0, 0))))
}

/// When the orders of buyers were placed, read once a buyer.
#[derive(Default)]
struct Placed(HashMap<BuyerId, Vec<Stamp>>);

impl Placed {
    fn soon_after(
        &mut self,
        tx: &mut Tx<'_>,
        shop: ShopId,
        buyer: BuyerId,
        at: Stamp,
        window: i64,
    ) -> yingke_store::Result<bool> {
        let placed = match self.0.entry(buyer) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let orders = orders_of(tx, shop, buyer, ORDERS)?;
                place.insert(orders.into_iter().map(|o| o.row.created).collect())
            }
        };
        let until = at.plus_secs(window);
        Ok(placed.iter().any(|order| *order > at && *order <= until))
    }
}

/// Figures of the team's phrases and the caller's own that were used in a range of days of a shop, the most used first.
///
/// # Errors
/// Without the right `receive`, or for a shop that the caller does not work for; `bad_range`.
pub async fn figures(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    from: Date,
    to: Date,
) -> Result<Vec<Figure>> {
    may_read(house, staff, shop)?;
    let (from, to) = range(house, shop, from, to)?;
    let (me, here) = (staff.person, house.clone());
    house
        .read(move |tx| {
            let mut by_phrase: BTreeMap<PhraseId, Vec<Use>> = BTreeMap::new();
            for made in rows::uses_between(tx, shop, from, to)? {
                by_phrase.entry(made.phrase).or_default().push(made);
            }
            let team = rows::find_set(tx, shop, None)?.map(|s| s.id);
            let own = rows::find_set(tx, shop, Some(me))?.map(|s| s.id);
            let ids: Vec<[u8; 16]> = by_phrase.keys().map(PhraseId::bytes).collect();
            let mut placed = Placed::default();
            let mut figures = Vec::new();
            for row in rows::by_ids(tx, &ids)? {
                if Some(row.set) != team && Some(row.set) != own {
                    continue;
                }
                let uses = by_phrase.remove(&row.id).unwrap_or_default();
                let buyers: HashSet<BuyerId> = uses.iter().map(|u| u.buyer).collect();
                let mut sold: HashSet<BuyerId> = HashSet::new();
                for made in &uses {
                    let window = here.policy_at(made.at).phrase.sale_window_secs;
                    if !sold.contains(&made.buyer)
                        && placed.soon_after(tx, shop, made.buyer, made.at, window)?
                    {
                        sold.insert(made.buyer);
                    }
                }
                figures.push(Figure {
                    is_team: Some(row.set) == team,
                    used: uses.len() as i64,
                    buyers: buyers.len() as i64,
                    sold: sold.len() as i64,
                    row,
                });
            }
            figures.sort_by_key(|f| (std::cmp::Reverse(f.used), f.row.place, f.row.id));
            Ok(figures)
        })
        .await
}

/// A use as the figures open down to it.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// Where, by whom, when.
    pub made: Use,
    /// Whether the buyer placed an order within the policy's time after it.
    pub sold: bool,
}

/// Uses of a phrase in a range of days, latest first: each with its place in a thread.
///
/// # Errors
/// As [`figures`]; `not_found` for a phrase that the caller does not have.
pub async fn uses(house: &House, staff: &Staff, phrase: PhraseId, from: Date, to: Date) -> Result<Vec<Made>> {
    require(staff, Right::Receive)?;
    let (me, shops, here) = (staff.person, house.shops_of(staff), house.clone());
    house
        .read(move |tx| {
            let row = visible(tx, me, &shops, phrase)?;
            let set = rows::get_set(tx, row.set)?.ok_or_else(|| Problem::not_found("phrase"))?;
            let (from, to) = range(&here, set.shop, from, to)?;
            let mut placed = Placed::default();
            rows::uses_of(tx, phrase, from, to, USES)?
                .into_iter()
                .map(|made| {
                    let window = here.policy_at(made.at).phrase.sale_window_secs;
                    let sold = placed.soon_after(tx, set.shop, made.buyer, made.at, window)?;
                    Ok(Made { made, sold })
                })
                .collect()
        })
        .await
}
