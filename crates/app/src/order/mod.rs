//! Orders of all platforms: looking at them, and at the contacts of one (R-ORDER-01, R-DESK-09).

use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff, buyer};
use std::collections::{HashMap, HashSet};
use yingke_domain::access::Right;
use yingke_domain::order::{OrderState, markets};
use yingke_kernel::{BuyerId, Fen, OrderId, ShopId, Stamp, ThreadId};
use yingke_store::goods::{self, ProductRow};
use yingke_store::order::{self as rows, OrderFilter};
use yingke_store::{Lane, Tx};

pub use yingke_store::order::{Order, OrderItem, OrderRow, OrderSum};

/// An order and what belongs to it.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// The buyer, if one is known to the house.
    pub buyer: Option<BuyerId>,
    /// The buyer's thread that was written in last.
    pub thread: Option<ThreadId>,
    /// Articles of the shop with the numbers of the order's lines, by number.
    pub goods: HashMap<String, ProductRow>,
}

/// What is shown in full by an act of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// A telephone number.
    Phone,
    /// Where a parcel goes.
    Address,
    /// Who receives it.
    Receiver,
}

impl Contact {
    /// Name on the wire and on the trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Receiver => "receiver",
        }
    }
}

/// Which orders.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Part of a number, name, telephone, parcel, title or article number; empty = all.
    pub words: String,
    /// In this state; `Some(None)`: in none that the file names.
    pub state: Option<Option<OrderState>>,
    /// Placed on this day or later, by the shop's calendar.
    pub from: Option<jiff::civil::Date>,
    /// Placed on this day or before.
    pub to: Option<jiff::civil::Date>,
}

/// The state of an order, if its file names one that is known.
pub fn state(row: &OrderRow) -> Option<OrderState> {
    row.state
        .as_deref()
        .and_then(|text| OrderState::parse_platform(text).or_else(|| OrderState::parse(text)))
}

/// What an order is about, before refunds: what was paid, or what is to be paid. Platforms write 0 as paid until it is.
pub fn amount(row: &OrderRow) -> Fen {
    let facts: serde_json::Value = serde_json::from_str(&row.facts).unwrap_or_default();
    let total = facts.get("total_fen").and_then(serde_json::Value::as_i64);
    about(row.paid.is_some(), row.gross, total.map(Fen))
}

fn about(is_paid: bool, gross: Fen, total: Option<Fen>) -> Fen {
    if is_paid || gross.0 > 0 {
        return gross;
    }
    total.unwrap_or(gross)
}

/// Orders of a shop, newest first, before (`created`, `id`).
///
/// # Errors
/// Without the right `receive`, or for a shop that the caller does not work for.
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    wanted: &Wanted,
    before: Option<(Stamp, OrderId)>,
    limit: i64,
) -> Result<Vec<OrderView>> {
    require(staff, Right::Receive)?;
    let directory = house.directory();
    let zone = directory
        .shop(shop)
        .filter(|_| directory.is_member(shop, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))?
        .zone
        .clone();
    let begin = |date: jiff::civil::Date| zone.stamp(date.to_datetime(jiff::civil::Time::midnight()));
    let filter = OrderFilter {
        words: wanted.words.clone(),
        states: match wanted.state {
            None => Vec::new(),
            Some(None) => vec![String::new()],
            Some(Some(state)) => state
                .spellings()
                .iter()
                .copied()
                .chain([state.as_str()])
                .map(str::to_owned)
                .collect(),
        },
        from: wanted.from.map_or(Stamp::from_micros(i64::MIN), begin),
        until: match wanted.to {
            Some(date) => date.tomorrow().map_or(Stamp::from_micros(i64::MAX), begin),
            None => Stamp::from_micros(i64::MAX),
        },
    };
    let before = before.unwrap_or((Stamp::from_micros(i64::MAX), OrderId(uuid::Uuid::max())));
    house
        .read(move |tx| {
            let found = rows::page(tx, shop, &filter, before, limit)?;
            views(tx, shop, found)
        })
        .await
}

/// An order.
///
/// # Errors
/// Without the right `receive`; `not_found` for an order of a shop that the caller does not work for.
pub async fn get(house: &House, staff: &Staff, id: OrderId) -> Result<OrderView> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    house
        .read(move |tx| {
            let found = rows::get(tx, id)?
                .filter(|o| shops.contains(&o.shop))
                .ok_or_else(|| Problem::not_found("order"))?;
            let shop = found.shop;
            views(tx, shop, vec![found])?
                .pop()
                .ok_or_else(|| Problem::not_found("order").into())
        })
        .await
}

/// A contact of an order in full. On the trail; an agent sees contacts of buyers whom they serve or served.
///
/// # Errors
/// Without the right `reveal`; `not_your_buyer`; `nothing_to_show` when the order has none.
pub async fn reveal(house: &House, staff: &Staff, id: OrderId, what: Contact) -> Result<String> {
    require(staff, Right::Reveal)?;
    let (shops, authors) = (house.shops_of(staff), buyer::authors(house, staff));
    let (now, who) = (house.now(), staff.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let order = rows::get(tx, id)?
                .filter(|o| shops.contains(&o.shop))
                .ok_or_else(|| Problem::not_found("order"))?;
            let shop = order.shop;
            let view = views(tx, shop, vec![order])?
                .pop()
                .ok_or_else(|| Problem::not_found("order"))?;
            buyer::may_reveal(tx, &who, &authors, view.buyer)?;
            let row = &view.order.row;
            let value = match what {
                Contact::Phone => &row.phone,
                Contact::Address => &row.address,
                Contact::Receiver => &row.receiver,
            };
            let value = value
                .clone()
                .ok_or_else(|| Problem::conflict("nothing_to_show", "the order's file did not say it"))?;
            let detail = format!("{} {}", row.number, what.as_str());
            audited(
                tx,
                now,
                Some(who.person),
                "order.reveal",
                &id.to_string(),
                &detail,
            )?;
            Ok(value)
        })
        .await
}

/// Puts buyers and articles to orders of one shop.
pub(crate) fn views(
    tx: &mut Tx<'_>,
    shop: ShopId,
    orders: Vec<Order>,
) -> yingke_store::Result<Vec<OrderView>> {
    let mut channels: HashSet<&str> = HashSet::new();
    let mut externals: Vec<String> = Vec::new();
    let mut phones: Vec<&str> = Vec::new();
    for o in &orders {
        if let Some(name) = &o.row.buyer {
            channels.extend(markets(&o.row.platform));
            externals.extend(buyer::externals(&o.row.platform, name));
        }
        phones.extend(
            o.row
                .phone
                .as_deref()
                .filter(|phone| yingke_domain::buyer::is_whole(phone)),
        );
    }
    let channels: Vec<&str> = channels.into_iter().collect();
    let externals: Vec<&str> = externals.iter().map(String::as_str).collect();
    let contacts = if externals.is_empty() && phones.is_empty() {
        Vec::new()
    } else {
        yingke_store::buyer::by_contact(tx, shop, &channels, &externals, &phones)?
    };
    let mut codes: Vec<&str> = orders
        .iter()
        .flat_map(|o| o.row.items.iter().map(|item| item.code.as_str()))
        .filter(|code| !code.is_empty())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let goods: HashMap<String, ProductRow> = if codes.is_empty() {
        HashMap::new()
    } else {
        goods::by_codes(tx, shop, &codes)?
            .into_iter()
            .map(|p| (p.code.clone(), p))
            .collect()
    };
    Ok(orders
        .into_iter()
        .map(|order| {
            let row = &order.row;
            let names = row
                .buyer
                .as_deref()
                .map(|name| buyer::externals(&row.platform, name));
            // The name decides; the telephone only where no name does.
            let by_name = names.and_then(|names| {
                contacts.iter().find(|c| {
                    markets(&row.platform).contains(&c.channel.as_str()) && names.contains(&c.external)
                })
            });
            let found = by_name.or_else(|| {
                row.phone
                    .as_ref()
                    .and_then(|phone| contacts.iter().find(|c| c.phone.as_ref() == Some(phone)))
            });
            let mine = row
                .items
                .iter()
                .filter_map(|item| goods.get(&item.code))
                .map(|p| (p.code.clone(), p.clone()))
                .collect();
            OrderView {
                buyer: found.map(|c| c.buyer),
                thread: found.map(|c| c.thread),
                goods: mine,
                order,
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unpaid_order_is_about_what_is_to_be_paid() {
        let total = Some(Fen(35_800));
        assert_eq!(about(false, Fen(0), total), Fen(35_800));
        assert_eq!(about(false, Fen(0), None), Fen(0));
        // A platform that says what is to be paid is believed, and what was paid with nothing is nothing.
        assert_eq!(about(false, Fen(30_000), total), Fen(30_000));
        assert_eq!(about(true, Fen(0), total), Fen(0));
    }
}
