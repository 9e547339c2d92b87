//! Orders, identified by (shop, platform, number).

use crate::{Result, Tx, args, sql};
use std::collections::HashMap;
use yingke_kernel::{Fen, OrderId, ShopId, Stamp};

/// An order as imported. Amounts in fen; `net = gross - refund`; paid means a payment time.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// The platform: `taobao`, `tmall`, …
    pub platform: String,
    /// The platform's order number.
    pub number: String,
    /// Layout of the file that it came with.
    pub layout: String,
    /// The buyer's name on the platform.
    pub buyer: Option<String>,
    /// Paid, or to be paid, before refunds.
    pub gross: Fen,
    /// Given back.
    pub refund: Fen,
    /// What remains.
    pub net: Fen,
    /// When it was placed.
    pub created: Stamp,
    /// When it was paid.
    pub paid: Option<Stamp>,
    /// The platform's word for its state.
    pub state: Option<String>,
    /// Every other column as JSON.
    pub facts: String,
    /// SHA-256 over all of the above: an equal line changes nothing.
    pub digest: [u8; 32],
}

/// What became of an imported line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// New.
    Created,
    /// Known, with other content now.
    Changed,
    /// Known, the same.
    Unchanged,
}

type Known<'a> = HashMap<(&'a str, &'a str), (OrderId, Vec<u8>)>;

/// Which of these orders are there already, and with what content.
fn known<'a>(tx: &mut Tx<'_>, shop: ShopId, orders: &'a [OrderRow]) -> Result<Known<'a>> {
    let mut known = HashMap::new();
    let mut platforms: Vec<&str> = orders.iter().map(|o| o.platform.as_str()).collect();
    platforms.sort_unstable();
    platforms.dedup();
    for platform in platforms {
        let mine = orders
            .iter()
            .filter(|o| o.platform == platform)
            .map(|o| o.number.as_str());
        let by_number: HashMap<&str, &str> = mine.map(|n| (n, n)).collect();
        let numbers: Vec<&str> = by_number.keys().copied().collect();
        tx.each(sql!("order/get_many"), args![shop, platform, &numbers], |row| {
            if let Some(number) = by_number.get(row.text(0)?) {
                known.insert((platform, *number), (row.id(1)?, row.bytes(2)?.to_vec()));
            }
            Ok(())
        })?;
    }
    Ok(known)
}

/// What would become of these orders; writes nothing.
pub fn look_at_many(tx: &mut Tx<'_>, shop: ShopId, orders: &[OrderRow]) -> Result<Vec<Upsert>> {
    let known = known(tx, shop, orders)?;
    Ok(orders
        .iter()
        .map(|o| match known.get(&(o.platform.as_str(), o.number.as_str())) {
            Some((_, digest)) if digest == &o.digest => Upsert::Unchanged,
            Some(_) => Upsert::Changed,
            None => Upsert::Created,
        })
        .collect())
}

/// Stores a slice of orders in the given order; a number that occurs twice is judged twice.
pub fn upsert_many(tx: &mut Tx<'_>, shop: ShopId, orders: &[OrderRow], now: Stamp) -> Result<Vec<Upsert>> {
    let mut known = known(tx, shop, orders)?;
    let mut done = Vec::with_capacity(orders.len());
    for o in orders {
        let key = (o.platform.as_str(), o.number.as_str());
        match known.get(&key) {
            Some((_, digest)) if digest == &o.digest => done.push(Upsert::Unchanged),
            Some((id, _)) => {
                let id = *id;
                let values = args![
                    id, &o.layout, &o.buyer, o.gross, o.refund, o.net, o.created, o.paid, &o.state, &o.facts,
                    &o.digest, now
                ];
                tx.exec(sql!("order/update"), values)?;
                known.insert(key, (id, o.digest.to_vec()));
                done.push(Upsert::Changed);
            }
            None => {
                let id = OrderId::new(now);
                let values = args![
                    id,
                    shop,
                    &o.platform,
                    &o.number,
                    &o.layout,
                    &o.buyer,
                    o.gross,
                    o.refund,
                    o.net,
                    o.created,
                    o.paid,
                    &o.state,
                    &o.facts,
                    &o.digest,
                    now
                ];
                tx.exec(sql!("order/insert"), values)?;
                known.insert(key, (id, o.digest.to_vec()));
                done.push(Upsert::Created);
            }
        }
    }
    Ok(done)
}

/// How many orders a shop has, and how many of them are paid.
pub fn count(tx: &mut Tx<'_>, shop: ShopId) -> Result<(i64, i64)> {
    tx.one(sql!("order/count"), args![shop], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}
