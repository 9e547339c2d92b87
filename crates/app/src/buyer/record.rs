//! What the house knows of a buyer: looking at it, changing it, showing a contact in full (R-DESK-09).

use super::{KNOWN, WEB};
use crate::access::{audited, require};
use crate::order::{self, OrderView};
use crate::{Guest, House, Problem, Result, Staff};
use std::collections::BTreeMap;
use yingke_domain::access::{Right, allows};
use yingke_domain::buyer as rules;
use yingke_domain::order::markets;
use yingke_kernel::{BuyerId, ConversationId, ProblemKind, ShopId, Stamp, ThreadId};
use yingke_store::buyer::{self as rows, BuyerRow, BuyerThread, Episode};
use yingke_store::order::{OrderKeys, OrderSum};
use yingke_store::{Effect, Lane, Tx};

/// Most characters of a name.
const NAME_MAX: usize = 60;
/// Most characters of a remark.
const REMARK_MAX: usize = 2_000;
/// Most characters of a tag.
const TAG_MAX: usize = 20;
/// Most tags of a buyer.
const TAGS_MAX: usize = 30;
/// Most attributes of a buyer.
const ATTRIBUTES_MAX: usize = 40;
/// Most characters of an attribute's name.
const ATTRIBUTE_NAME_MAX: usize = 40;
/// Most characters of an attribute.
const ATTRIBUTE_MAX: usize = 300;
/// Most tags offered for completion.
const TAGS_OFFERED: i64 = 500;

/// What is known of a buyer.
#[derive(Debug, Clone)]
pub struct Record {
    /// The buyer who counts: a guest who turned out to be somebody is that somebody.
    pub row: BuyerRow,
    /// Conversations in all threads.
    pub conversations: i64,
    /// The thread that was written in last.
    pub thread: Option<ThreadId>,
    /// Tags, oldest first.
    pub tags: Vec<String>,
    /// Name to text.
    pub attributes: BTreeMap<String, String>,
    /// Telephone: the buyer's own, else that of the newest order.
    pub phone: Option<String>,
    /// City: what was written down, else that of the newest order.
    pub city: Option<String>,
    /// JSON of the page that they look at, of whichever guest was seen last.
    pub page: Option<String>,
    /// When they were seen last on a page.
    pub seen_at: Option<Stamp>,
    /// Their orders.
    pub orders: OrderSum,
}

/// What changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Name that the desk shows.
    pub name: Option<String>,
    /// What the shop remarks.
    pub remark: Option<String>,
    /// Telephone; empty = none.
    pub phone: Option<String>,
    /// City; empty = none.
    pub city: Option<String>,
    /// Attributes that change: a text, or `None` to take one out.
    pub attributes: BTreeMap<String, Option<String>>,
}

/// A buyer with everything that was found while looking for them.
pub(crate) struct Found {
    pub(crate) row: BuyerRow,
    pub(crate) identities: Vec<BuyerRow>,
    pub(crate) threads: Vec<BuyerThread>,
    pub(crate) keys: OrderKeys,
}

impl Found {
    pub(crate) fn thread_ids(&self) -> Vec<[u8; 16]> {
        self.threads.iter().map(|t| t.id.bytes()).collect()
    }
}

/// Names under which a channel knows the buyer of an order.
pub(crate) fn externals(platform: &str, name: &str) -> Vec<String> {
    if platform == WEB {
        vec![format!("{KNOWN}{name}")]
    } else {
        vec![name.to_owned()]
    }
}

/// The buyer's own name or number on the channel; a guest has none.
pub fn shown_external(row: &BuyerRow) -> Option<String> {
    if row.channel == WEB {
        row.external.strip_prefix(KNOWN).map(str::to_owned)
    } else {
        Some(row.external.clone())
    }
}

/// The buyer who counts, of one of these shops.
pub(crate) fn find(tx: &mut Tx<'_>, shops: &[ShopId], id: BuyerId) -> yingke_store::Result<Found> {
    let gone = || Problem::not_found("buyer");
    let mut row = rows::get(tx, id)?
        .filter(|b| shops.contains(&b.shop))
        .ok_or_else(gone)?;
    if let Some(known) = row.joined {
        row = rows::get(tx, known)?.ok_or_else(gone)?;
    }
    let identities = rows::identities(tx, row.id)?;
    let ids: Vec<[u8; 16]> = identities.iter().map(|b| b.id.bytes()).collect();
    let threads = rows::threads(tx, &ids)?;
    let keys = keys(&identities);
    Ok(Found {
        row,
        identities,
        threads,
        keys,
    })
}

/// By what orders are known to be of a buyer.
fn keys(identities: &[BuyerRow]) -> OrderKeys {
    let mut keys = OrderKeys::default();
    for b in identities.iter().filter(|b| b.erased_at.is_none()) {
        let name = if b.channel == WEB {
            b.external.strip_prefix(KNOWN)
        } else {
            Some(b.external.as_str())
        };
        if let Some(name) = name {
            keys.names.push(name.to_owned());
            keys.platforms
                .extend(markets(&b.channel).into_iter().map(str::to_owned));
        }
        keys.phones
            .extend(b.phone.clone().filter(|phone| rules::is_whole(phone)));
    }
    keys
}

/// A person as the author of entries: themselves, and the platform accounts that they work under.
pub(crate) fn authors(house: &House, staff: &Staff) -> Vec<[u8; 16]> {
    let directory = house.directory();
    let accounts = directory.accounts().iter();
    accounts
        .filter(|account| account.person == Some(staff.person))
        .map(|account| account.id.bytes())
        .chain([staff.person.bytes()])
        .collect()
}

/// Whether this person may see contacts of this buyer in full: of whoever they serve or served; of everybody with the right to
/// act for others.
pub(crate) fn may_reveal(
    tx: &mut Tx<'_>,
    staff: &Staff,
    authors: &[[u8; 16]],
    buyer: Option<BuyerId>,
) -> yingke_store::Result<()> {
    if allows(staff.role, Right::TakeOver) {
        return Ok(());
    }
    if let Some(buyer) = buyer {
        let ids: Vec<[u8; 16]> = rows::identities(tx, buyer)?
            .iter()
            .map(|b| b.id.bytes())
            .collect();
        let threads = rows::threads(tx, &ids)?;
        let me = Some(staff.person);
        if threads.iter().any(|t| t.holder == me || t.last_agent == me) {
            return Ok(());
        }
        let threads: Vec<[u8; 16]> = threads.iter().map(|t| t.id.bytes()).collect();
        if rows::wrote(tx, &threads, authors)? {
            return Ok(());
        }
    }
    Err(Problem::new(
        ProblemKind::Forbidden,
        "not_your_buyer",
        "this buyer was never yours: contacts are shown to whoever serves the buyer; ask the supervisor",
    )
    .into())
}

/// What is known of a buyer.
///
/// # Errors
/// Without the right `receive`; `not_found` for a buyer of a shop that the caller does not work for.
pub async fn record(house: &House, staff: &Staff, id: BuyerId) -> Result<Record> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    house
        .read(move |tx| {
            let found = find(tx, &shops, id)?;
            let shop = found.row.shop;
            let orders = yingke_store::order::sum_of_buyer(tx, shop, &found.keys)?;
            let last = yingke_store::order::of_buyer(tx, shop, &found.keys, 1)?.pop();
            let tags = rows::tags(tx, shop, found.row.id)?;
            let seen = found
                .identities
                .iter()
                .filter(|b| b.page.is_some())
                .max_by_key(|b| b.seen_at);
            Ok(Record {
                conversations: found.threads.iter().map(|t| t.conversations).sum(),
                thread: found.threads.first().map(|t| t.id),
                tags,
                attributes: serde_json::from_str(&found.row.attributes).unwrap_or_default(),
                phone: found
                    .row
                    .phone
                    .clone()
                    .or_else(|| last.as_ref().and_then(|o| o.row.phone.clone())),
                city: found.row.city.clone().or_else(|| {
                    let facts: serde_json::Value = serde_json::from_str(&last.as_ref()?.row.facts).ok()?;
                    facts.get("city")?.as_str().map(str::to_owned)
                }),
                page: seen.and_then(|b| b.page.clone()),
                seen_at: seen.map(|b| b.seen_at),
                orders,
                row: found.row,
            })
        })
        .await
}

/// Orders of a buyer, newest first.
///
/// # Errors
/// As [`record`].
pub async fn orders(house: &House, staff: &Staff, id: BuyerId, limit: i64) -> Result<Vec<OrderView>> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    house
        .read(move |tx| {
            let found = find(tx, &shops, id)?;
            let list = yingke_store::order::of_buyer(tx, found.row.shop, &found.keys, limit)?;
            let mut views = order::views(tx, found.row.shop, list)?;
            // Whatever else matches, they were found as this buyer's.
            for view in &mut views {
                view.buyer = Some(found.row.id);
                view.thread = found.threads.first().map(|t| t.id);
            }
            Ok(views)
        })
        .await
}

/// A buyer's own orders, newest first, for their own eyes: only of one of whom the shop has said who it is, since a guest may
/// claim anything.
///
/// # Errors
/// `not_found` when the buyer is gone.
pub async fn own_orders(house: &House, guest: &Guest, limit: i64) -> Result<Vec<OrderView>> {
    let (shop, buyer) = (guest.shop, guest.buyer);
    house
        .read(move |tx| {
            let found = find(tx, &[shop], buyer)?;
            if !found.row.external.starts_with(KNOWN) {
                return Ok(Vec::new());
            }
            let list = yingke_store::order::of_buyer(tx, shop, &found.keys, limit)?;
            order::views(tx, shop, list)
        })
        .await
}

/// Conversations of a buyer, newest first, before (`opened_at`, `id`).
///
/// # Errors
/// As [`record`].
pub async fn episodes(
    house: &House,
    staff: &Staff,
    id: BuyerId,
    before: Option<(Stamp, ConversationId)>,
    limit: i64,
) -> Result<Vec<Episode>> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    let before = before.unwrap_or((Stamp::from_micros(i64::MAX), ConversationId(uuid::Uuid::max())));
    house
        .read(move |tx| {
            let found = find(tx, &shops, id)?;
            rows::episodes(tx, &found.thread_ids(), before, limit)
        })
        .await
}

fn bounded(what: &'static str, text: &str, max: usize) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Problem::invalid(
            "too_long",
            format!("{what} has at most {max} characters; make it shorter"),
        ));
    }
    Ok(text.to_owned())
}

/// Changes what is known of a buyer. On the trail, without the values.
///
/// # Errors
/// Without the right `receive`; `not_found`; `name_missing`, `bad_phone`, `too_long`, `list_full`.
pub async fn change(house: &House, staff: &Staff, id: BuyerId, change: Change) -> Result<()> {
    require(staff, Right::Receive)?;
    let name = change
        .name
        .as_deref()
        .map(|t| bounded("a name", t, NAME_MAX))
        .transpose()?;
    if name.as_deref() == Some("") {
        return Err(Problem::invalid(
            "name_missing",
            "a buyer needs a name; write one",
        ));
    }
    let remark = change
        .remark
        .as_deref()
        .map(|t| bounded("a remark", t, REMARK_MAX))
        .transpose()?;
    let city = change
        .city
        .as_deref()
        .map(|t| bounded("a city", t, NAME_MAX))
        .transpose()?;
    let phone = match change.phone.as_deref().map(str::trim) {
        None => None,
        Some("") => Some(None),
        Some(text) => match rules::phone(text).filter(|phone| rules::is_whole(phone)) {
            Some(phone) => Some(Some(phone)),
            None => {
                return Err(Problem::invalid(
                    "bad_phone",
                    "this is no telephone number; write its digits, or leave it empty",
                ));
            }
        },
    };
    let mut attributes = BTreeMap::new();
    for (key, value) in change.attributes {
        let key = bounded("the name of an attribute", &key, ATTRIBUTE_NAME_MAX)?;
        if key.is_empty() {
            return Err(Problem::invalid(
                "name_missing",
                "an attribute needs a name; write one",
            ));
        }
        let value = value
            .as_deref()
            .map(|t| bounded("an attribute", t, ATTRIBUTE_MAX))
            .transpose()?;
        attributes.insert(key, value.filter(|text| !text.is_empty()));
    }
    let changed: Vec<&str> = [
        ("name", name.is_some()),
        ("remark", remark.is_some()),
        ("phone", phone.is_some()),
        ("city", city.is_some()),
        ("attributes", !attributes.is_empty()),
    ]
    .into_iter()
    .filter_map(|(field, is)| is.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let detail = changed.join(" ");
    let shops = house.shops_of(staff);
    let (now, who) = (house.now(), staff.person);
    let buyer = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let found = find(tx, &shops, id)?;
            let mut row = found.row.clone();
            row.name = name.clone().unwrap_or(row.name);
            row.remark = remark.clone().unwrap_or(row.remark);
            if let Some(phone) = &phone {
                row.phone.clone_from(phone);
            }
            if let Some(city) = &city {
                row.city = Some(city.clone()).filter(|city| !city.is_empty());
            }
            let mut all: BTreeMap<String, String> = serde_json::from_str(&row.attributes).unwrap_or_default();
            for (key, value) in &attributes {
                match value {
                    Some(value) => all.insert(key.clone(), value.clone()),
                    None => all.remove(key),
                };
            }
            if all.len() > ATTRIBUTES_MAX {
                let detail = format!("a buyer has at most {ATTRIBUTES_MAX} attributes; take one out first");
                return Err(Problem::invalid("list_full", detail).into());
            }
            row.attributes = serde_json::to_string(&all).unwrap_or_else(|_| "{}".to_owned());
            rows::update(tx, &row)?;
            audited(tx, now, Some(who), "buyer.change", &row.id.to_string(), &detail)?;
            tell(tx, &found);
            Ok(row.id)
        })
        .await?;
    house.0.guests.forget(buyer);
    Ok(())
}

/// Whoever shows the buyer's rows asks again.
fn tell(tx: &mut Tx<'_>, found: &Found) {
    tx.emit(Effect::Buyer {
        shop: found.row.shop,
        buyer: found.row.id,
        threads: found.threads.iter().map(|t| t.id).collect(),
    });
}

/// Puts a tag to a buyer, or takes it off. Gives the tags afterwards.
///
/// # Errors
/// Without the right `receive`; `not_found`; `name_missing`, `too_long`, `list_full`.
pub async fn tag(house: &House, staff: &Staff, id: BuyerId, tag: &str, on: bool) -> Result<Vec<String>> {
    require(staff, Right::Receive)?;
    let tag = bounded("a tag", tag, TAG_MAX)?;
    if tag.is_empty() {
        return Err(Problem::invalid("name_missing", "a tag needs a name; write one"));
    }
    let shops = house.shops_of(staff);
    let (now, who) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let found = find(tx, &shops, id)?;
            let (shop, buyer) = (found.row.shop, found.row.id);
            let changed = if on {
                if rows::tags(tx, shop, buyer)?.len() >= TAGS_MAX {
                    let detail = format!("a buyer has at most {TAGS_MAX} tags; take one off first");
                    return Err(Problem::invalid("list_full", detail).into());
                }
                rows::insert_tag(tx, shop, buyer, &tag, Some(who), now)?
            } else {
                rows::delete_tag(tx, shop, buyer, &tag)?
            };
            if changed {
                tell(tx, &found);
            }
            rows::tags(tx, shop, buyer)
        })
        .await
}

/// Tags in use in the caller's shops and how many buyers have each, the most used first.
///
/// # Errors
/// Without the right `receive`.
pub async fn tags_in_use(house: &House, staff: &Staff) -> Result<Vec<(String, i64)>> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    let mut all: BTreeMap<String, i64> = BTreeMap::new();
    let lists = house
        .read(move |tx| {
            shops
                .iter()
                .map(|shop| rows::tags_in_use(tx, *shop, TAGS_OFFERED))
                .collect::<yingke_store::Result<Vec<_>>>()
        })
        .await?;
    for (tag, count) in lists.into_iter().flatten() {
        *all.entry(tag).or_default() += count;
    }
    let mut all: Vec<(String, i64)> = all.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(all)
}

/// The buyer's telephone in full. On the trail; an agent sees that of buyers whom they serve or served.
///
/// # Errors
/// Without the right `reveal`; `not_found`; `not_your_buyer`; `nothing_to_show`.
pub async fn reveal_phone(house: &House, staff: &Staff, id: BuyerId) -> Result<String> {
    require(staff, Right::Reveal)?;
    let (shops, authors) = (house.shops_of(staff), authors(house, staff));
    let (now, who) = (house.now(), staff.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let found = find(tx, &shops, id)?;
            may_reveal(tx, &who, &authors, Some(found.row.id))?;
            let of_order = yingke_store::order::of_buyer(tx, found.row.shop, &found.keys, 1)?.pop();
            let phone = found
                .row
                .phone
                .clone()
                .or_else(|| of_order.and_then(|o| o.row.phone));
            let phone = phone
                .ok_or_else(|| Problem::conflict("nothing_to_show", "no telephone of this buyer is known"))?;
            let subject = found.row.id.to_string();
            audited(tx, now, Some(who.person), "buyer.reveal", &subject, "phone")?;
            Ok(phone)
        })
        .await
}

/// A contact of one of the buyer's orders in full.
///
/// # Errors
/// As [`order::reveal`]; `not_found` when the order is not of this buyer.
pub async fn reveal_order(
    house: &House,
    staff: &Staff,
    id: BuyerId,
    order: yingke_kernel::OrderId,
    what: order::Contact,
) -> Result<String> {
    let of_buyer = orders(house, staff, id, i64::MAX).await?;
    if !of_buyer.iter().any(|view| view.order.id == order) {
        return Err(Problem::not_found("order of this buyer"));
    }
    order::reveal(house, staff, order, what).await
}
