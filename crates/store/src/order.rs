//! Orders, identified by (shop, platform, number).

use crate::{Result, Row, Tx, Val, args, pattern, sql};
use std::collections::HashMap;
use yingke_kernel::{Fen, OrderId, ShopId, Stamp};

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderItem {
    /// The shop's own number of the article; empty where the file has none.
    pub code: String,
    /// Title as it was sold.
    pub title: String,
    /// Size, colour and the like, in the platform's words.
    pub sku: String,
    /// Pieces.
    pub quantity: i64,
    /// Price of one piece; `None` where the file does not say it.
    pub price: Option<Fen>,
}

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
    /// When it was shipped, if the file says so.
    pub shipped: Option<Stamp>,
    /// When the buyer had it, if the file says so.
    pub signed: Option<Stamp>,
    /// Who receives the parcel.
    pub receiver: Option<String>,
    /// The receiver's telephone, digits only (`domain::buyer::phone`), or as the platform masked it.
    pub phone: Option<String>,
    /// Where the parcel goes.
    pub address: Option<String>,
    /// Carrier and number of the parcel.
    pub parcel: Option<String>,
    /// Lines of the order.
    pub items: Vec<OrderItem>,
    /// Every other column as JSON.
    pub facts: String,
    /// SHA-256 over all of the above: an equal line changes nothing.
    pub digest: [u8; 32],
}

/// An order as stored.
#[derive(Debug, Clone)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// Its shop.
    pub shop: ShopId,
    /// What is known of it.
    pub row: OrderRow,
    /// When a file told it last.
    pub imported_at: Stamp,
}

/// Which orders of a shop.
#[derive(Debug, Clone)]
pub struct OrderFilter {
    /// Part of a number, name, telephone, parcel, title or article number; empty = all.
    pub words: String,
    /// The platforms' words of the states that are wanted, `""` for orders without one; empty = all.
    pub states: Vec<String>,
    /// Placed at this time or later.
    pub from: Stamp,
    /// Placed before this time.
    pub until: Stamp,
}

/// By what an order is known to be a buyer's: the name on one of these platforms, or the receiver's telephone.
#[derive(Debug, Clone, Default)]
pub struct OrderKeys {
    /// Platforms on which the names hold.
    pub platforms: Vec<String>,
    /// The buyer's names there.
    pub names: Vec<String>,
    /// Telephones, digits only.
    pub phones: Vec<String>,
}

/// The sum of a buyer's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSum {
    /// How many.
    pub count: i64,
    /// How many of them were paid.
    pub paid: i64,
    /// What remains of the paid ones after refunds.
    pub net: Fen,
    /// When the last one was placed.
    pub last: Option<Stamp>,
}

/// Stands for a price that is not known.
const NO_PRICE: i64 = -1;

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

type Known<'a> = HashMap<(&'a str, &'a str), KnownOrder>;

/// An order that is there already.
struct KnownOrder {
    id: OrderId,
    digest: Vec<u8>,
    is_erased: bool,
}

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
                let order = KnownOrder {
                    id: row.id(1)?,
                    digest: row.bytes(2)?,
                    is_erased: row.opt_stamp(3)?.is_some(),
                };
                known.insert((platform, *number), order);
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
            Some(before) if before.digest == o.digest => Upsert::Unchanged,
            Some(_) => Upsert::Changed,
            None => Upsert::Created,
        })
        .collect())
}

/// Stores a slice of orders in the given order; a number that occurs twice is judged twice.
pub fn upsert_many(tx: &mut Tx<'_>, shop: ShopId, orders: &[OrderRow], now: Stamp) -> Result<Vec<Upsert>> {
    upsert_with(tx, shop, orders, |_| OrderId::new(now), now)
}

/// The same, with the caller's id for each order that is new: for a history that was made as a whole and names its orders
/// by their ids. `ids` go with `orders` in their order.
pub fn upsert_many_as(
    tx: &mut Tx<'_>,
    shop: ShopId,
    orders: &[OrderRow],
    ids: &[OrderId],
    now: Stamp,
) -> Result<Vec<Upsert>> {
    let id = |n: usize| ids.get(n).copied().unwrap_or_else(|| OrderId::new(now));
    upsert_with(tx, shop, orders, id, now)
}

fn upsert_with(
    tx: &mut Tx<'_>,
    shop: ShopId,
    orders: &[OrderRow],
    new_id: impl Fn(usize) -> OrderId,
    now: Stamp,
) -> Result<Vec<Upsert>> {
    let mut known = known(tx, shop, orders)?;
    let mut done = Vec::with_capacity(orders.len());
    let mut inserts: Vec<Vec<Val<'_>>> = Vec::new();
    let mut updates: Vec<Vec<Val<'_>>> = Vec::new();
    let mut worth: Vec<Vec<Val<'_>>> = Vec::new();
    // Items of an order are those of its last line.
    let mut items: HashMap<OrderId, &[OrderItem]> = HashMap::new();
    for (n, o) in orders.iter().enumerate() {
        let key = (o.platform.as_str(), o.number.as_str());
        let (id, is_erased, outcome) = match known.get(&key) {
            Some(before) if before.digest == o.digest => {
                done.push(Upsert::Unchanged);
                continue;
            }
            Some(before) => (before.id, before.is_erased, Upsert::Changed),
            None => (new_id(n), false, Upsert::Created),
        };
        if is_erased {
            // Who was forgotten is not brought back by the file that told of them; what the order is worth may change.
            let values = args![
                id, &o.layout, o.gross, o.refund, o.net, o.created, o.paid, &o.state, &o.digest, now,
                o.shipped, o.signed
            ];
            worth.push(values.to_vec());
        } else if outcome == Upsert::Changed {
            let values = args![
                id,
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
                now,
                o.shipped,
                o.signed,
                &o.receiver,
                &o.phone,
                &o.address,
                &o.parcel
            ];
            updates.push(values.to_vec());
        } else {
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
                now,
                o.shipped,
                o.signed,
                &o.receiver,
                &o.phone,
                &o.address,
                &o.parcel
            ];
            inserts.push(values.to_vec());
        }
        let digest = o.digest.to_vec();
        known.insert(
            key,
            KnownOrder {
                id,
                digest,
                is_erased,
            },
        );
        items.insert(id, &o.items);
        done.push(outcome);
    }
    tx.exec_many(sql!("order/insert"), &inserts)?;
    tx.exec_many(sql!("order/update"), &updates)?;
    tx.exec_many(sql!("order/update_erased"), &worth)?;
    if !updates.is_empty() || !worth.is_empty() {
        let ids: Vec<[u8; 16]> = items.keys().map(OrderId::bytes).collect();
        tx.exec(sql!("order/delete_items"), args![&ids])?;
    }
    let lines: Vec<Vec<Val<'_>>> = items
        .iter()
        .flat_map(|(id, items)| items.iter().enumerate().map(move |(n, item)| (*id, n, item)))
        .map(|(id, n, item)| {
            let price = item.price.map_or(NO_PRICE, |price| price.0);
            args![
                id,
                n as i64,
                &item.code,
                &item.title,
                &item.sku,
                item.quantity,
                price
            ]
            .to_vec()
        })
        .collect();
    tx.exec_many(sql!("order/insert_item"), &lines)?;
    Ok(done)
}

fn order(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        id: row.id(0)?,
        shop: row.id(1)?,
        row: OrderRow {
            platform: row.string(2)?,
            number: row.string(3)?,
            layout: row.string(4)?,
            buyer: row.opt_string(5)?,
            gross: row.fen(6)?,
            refund: row.fen(7)?,
            net: row.fen(8)?,
            created: row.stamp(9)?,
            paid: row.opt_stamp(10)?,
            state: row.opt_string(11)?,
            shipped: row.opt_stamp(12)?,
            signed: row.opt_stamp(13)?,
            receiver: row.opt_string(14)?,
            phone: row.opt_string(15)?,
            address: row.opt_string(16)?,
            parcel: row.opt_string(17)?,
            items: Vec::new(),
            facts: row.string(18)?,
            digest: row.bytes(19)?.try_into().unwrap_or_default(),
        },
        imported_at: row.stamp(20)?,
    })
}

/// Puts the lines to their orders.
fn with_items(tx: &mut Tx<'_>, mut orders: Vec<Order>) -> Result<Vec<Order>> {
    let ids: Vec<[u8; 16]> = orders.iter().map(|o| o.id.bytes()).collect();
    if ids.is_empty() {
        return Ok(orders);
    }
    let mut items: HashMap<OrderId, Vec<OrderItem>> = HashMap::new();
    tx.each(sql!("order/items"), args![&ids], |row| {
        let item = OrderItem {
            code: row.string(1)?,
            title: row.string(2)?,
            sku: row.string(3)?,
            quantity: row.int(4)?,
            price: Some(row.fen(5)?).filter(|price| price.0 != NO_PRICE),
        };
        items.entry(row.id(0)?).or_default().push(item);
        Ok(())
    })?;
    for o in &mut orders {
        o.row.items = items.remove(&o.id).unwrap_or_default();
    }
    Ok(orders)
}

/// An order with its lines.
pub fn get(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>> {
    let found = tx.opt(sql!("order/get"), args![id], order)?;
    Ok(with_items(tx, found.into_iter().collect())?.pop())
}

/// Orders that are a buyer's, newest first, with their lines.
pub fn of_buyer(tx: &mut Tx<'_>, shop: ShopId, keys: &OrderKeys, limit: i64) -> Result<Vec<Order>> {
    let [platforms, names, phones] = keys.lists();
    let values = args![shop, &platforms, &names, &phones, limit];
    let found = tx.all(sql!("order/of_buyer"), values, order)?;
    with_items(tx, found)
}

/// Whether a number is that of an order of the shop, or the telephone of one.
pub fn is_known(tx: &mut Tx<'_>, shop: ShopId, number: &str) -> Result<bool> {
    tx.one(sql!("order/is_known"), args![shop, number], |row| {
        Ok(row.int(0)? > 0)
    })
}

/// The sum of a buyer's orders.
pub fn sum_of_buyer(tx: &mut Tx<'_>, shop: ShopId, keys: &OrderKeys) -> Result<OrderSum> {
    let [platforms, names, phones] = keys.lists();
    let values = args![shop, &platforms, &names, &phones];
    tx.one(sql!("order/sum_of_buyer"), values, |row| {
        Ok(OrderSum {
            count: row.int(0)?,
            paid: row.int(1)?,
            net: row.fen(2)?,
            last: row.opt_stamp(3)?,
        })
    })
}

impl OrderKeys {
    fn lists(&self) -> [Vec<&str>; 3] {
        [&self.platforms, &self.names, &self.phones].map(|list| list.iter().map(String::as_str).collect())
    }
}

/// Makes the house forget who an order was for: buyer, receiver, telephone, address, parcel. Amounts, times and articles stay;
/// `facts` is what may stay of the rest. A later import does not bring them back.
pub fn erase(tx: &mut Tx<'_>, id: OrderId, facts: &str, now: Stamp) -> Result<()> {
    tx.exec(sql!("order/erase"), args![id, facts, now])?;
    Ok(())
}

/// Orders of a shop that were placed before a time and still hold contacts, oldest first: id and facts.
pub fn old_contacts(
    tx: &mut Tx<'_>,
    shop: ShopId,
    before: Stamp,
    limit: i64,
) -> Result<Vec<(OrderId, String)>> {
    tx.all(sql!("order/old_contacts"), args![shop, before, limit], |row| {
        Ok((row.id(0)?, row.string(1)?))
    })
}

/// Orders of a shop, newest first, before (`created`, `id`), with their lines.
pub fn page(
    tx: &mut Tx<'_>,
    shop: ShopId,
    filter: &OrderFilter,
    before: (Stamp, OrderId),
    limit: i64,
) -> Result<Vec<Order>> {
    let states: Vec<&str> = filter.states.iter().map(String::as_str).collect();
    let words = pattern(&filter.words);
    let values = args![
        shop,
        filter.from,
        filter.until,
        before.0,
        before.1,
        i64::from(!states.is_empty()),
        &states,
        &words,
        limit
    ];
    let found = tx.all(sql!("order/page"), values, order)?;
    with_items(tx, found)
}

/// How many orders a shop has, and how many of them are paid.
pub fn count(tx: &mut Tx<'_>, shop: ShopId) -> Result<(i64, i64)> {
    tx.one(sql!("order/count"), args![shop], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}
