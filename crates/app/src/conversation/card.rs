//! Cards: a snapshot of a product, a page or an order, taken by the server when the card is sent (R-GOODS-01). Whoever sends one
//! says which; what it shows is never the sender's word, but for a page of the shop's own site.

use super::about::orders_of;
use crate::{Caller, House, Problem, Result, Shop};
use serde::{Deserialize, Serialize};
use yingke_domain::order::brief;
use yingke_kernel::{BuyerId, OrderId, ProductId, ShopId};
use yingke_store::Tx;
use yingke_store::goods::ProductRow;
use yingke_store::order::Order;

/// Most characters of a page's title.
const TITLE_MAX: usize = 200;
/// Most characters of an address.
const ADDRESS_MAX: usize = 2_000;
/// Orders of a buyer that are looked through for the one that the buyer names.
const OWN_ORDERS: i64 = 500;

/// What a card is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardChoice {
    /// A product of the shop.
    Product(ProductId),
    /// An order of the shop; a buyer's own.
    Order(OrderId),
    /// A page of the shop's site.
    Page(PageCard),
}

/// A page of the shop's site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCard {
    /// Title.
    pub title: String,
    /// Address, on one of the shop's sites.
    pub address: String,
    /// The price that the page names, fen.
    pub price_fen: Option<i64>,
    /// Address of a picture of this house, or of one of the shop's sites.
    pub picture: Option<String>,
    /// The shop's own number of the product that it shows.
    pub product: Option<String>,
}

/// What a card shows; the stored payload of the entry, and what travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum Card {
    /// A product or a page.
    Product {
        /// The product; none for a page.
        product: Option<String>,
        /// The shop's own number.
        code: String,
        /// Title.
        title: String,
        /// Price, fen.
        price_fen: Option<i64>,
        /// Price before a reduction, fen.
        list_fen: Option<i64>,
        /// Address of the picture.
        picture: Option<String>,
        /// Address of the page.
        address: Option<String>,
        /// Pieces in stock.
        stock: Option<i64>,
    },
    /// An order.
    Order {
        /// The order.
        order: Option<String>,
        /// The platform's number.
        number: String,
        /// The platform.
        platform: String,
        /// `unpaid paid shipped signed closed`.
        state: Option<String>,
        /// The platform's word for it.
        state_text: String,
        /// Before refunds, fen.
        amount_fen: i64,
        /// Pieces.
        quantity: i64,
        /// Title of its first line.
        title: String,
        /// Address of a picture.
        picture: Option<String>,
        /// When it was placed, RFC 3339.
        created_at: String,
    },
}

impl Card {
    /// What lists and the search show of it.
    pub fn title(&self) -> &str {
        match self {
            Self::Product { title, .. } | Self::Order { title, .. } => title,
        }
    }
}

/// What must be checked of a choice before the store is asked.
pub(super) fn check(house: &House, shop: Option<&Shop>, choice: &CardChoice) -> Result<()> {
    let CardChoice::Page(page) = choice else {
        return Ok(());
    };
    if page.title.trim().is_empty() || page.title.chars().count() > TITLE_MAX {
        return Err(Problem::invalid(
            "bad_page",
            format!("a page needs a title of 1 to {TITLE_MAX} characters"),
        ));
    }
    if page.price_fen.is_some_and(|price| price < 0) {
        return Err(Problem::invalid("bad_page", "a price cannot be below 0"));
    }
    if !is_of_shop(house, shop, &page.address) {
        return Err(Problem::invalid(
            "bad_page",
            "the page lies on none of the shop's sites; add its origin to the shop's settings",
        ));
    }
    Ok(())
}

/// Whether an address lies on the house itself or on one of the shop's sites.
pub(crate) fn is_of_shop(house: &House, shop: Option<&Shop>, address: &str) -> bool {
    if address.len() > ADDRESS_MAX || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    let Some(rest) = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
    else {
        return false;
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let origin = &address[..address.len() - rest.len() + host_end];
    let matches = |site: &str| match site.split_once("*.") {
        // `https://*.example.com` names every host below.
        Some((scheme, domain)) => origin
            .strip_prefix(scheme)
            .and_then(|host| host.strip_suffix(domain))
            .is_some_and(|host| host.ends_with('.') && !host.contains('@')),
        None => origin.eq_ignore_ascii_case(site),
    };
    matches(house.public_url())
        || shop.is_some_and(|shop| shop.settings.sites.iter().any(|site| matches(site)))
}

/// Takes the snapshot.
pub(super) fn snapshot(
    tx: &mut Tx<'_>,
    house: &House,
    shop: ShopId,
    buyer: BuyerId,
    caller: Option<&Caller>,
    choice: &CardChoice,
) -> yingke_store::Result<Card> {
    let for_buyer = matches!(caller, Some(Caller::Guest(_)));
    match choice {
        CardChoice::Product(id) => {
            let found =
                yingke_store::goods::get(tx, *id)?.filter(|p| p.shop == shop && (p.on_shelf || !for_buyer));
            let product = found.ok_or_else(|| Problem::not_found("product"))?;
            Ok(of_product(&product))
        }
        CardChoice::Order(id) => {
            let order = if for_buyer {
                orders_of(tx, shop, buyer, OWN_ORDERS)?
                    .into_iter()
                    .find(|order| order.id == *id)
            } else {
                yingke_store::order::get(tx, *id)?.filter(|order| order.shop == shop)
            };
            let order = order.ok_or_else(|| Problem::not_found("order"))?;
            of_order(tx, shop, &order)
        }
        CardChoice::Page(page) => of_page(tx, house, shop, for_buyer, page),
    }
}

/// A page that shows a product which the house knows is that product, as the house knows it.
fn of_page(
    tx: &mut Tx<'_>,
    house: &House,
    shop: ShopId,
    for_buyer: bool,
    page: &PageCard,
) -> yingke_store::Result<Card> {
    if let Some(code) = page.product.as_deref().filter(|code| !code.is_empty()) {
        let known = yingke_store::goods::by_codes(tx, shop, &[code])?;
        if let Some(product) = known.iter().find(|p| p.on_shelf || !for_buyer) {
            return Ok(of_product(product).at(&page.address));
        }
    }
    let directory = house.directory();
    let row = directory.shop(shop);
    let may_show = |address: &String| {
        let is_relative =
            address.starts_with('/') && !address.starts_with("//") && address.len() <= ADDRESS_MAX;
        is_relative || is_of_shop(house, row, address)
    };
    Ok(Card::Product {
        product: None,
        code: String::new(),
        title: page.title.trim().to_owned(),
        price_fen: page.price_fen,
        list_fen: None,
        // A picture from elsewhere would tell its owner who reads it.
        picture: page.picture.clone().filter(may_show),
        address: Some(page.address.clone()),
        stock: None,
    })
}

impl Card {
    /// An article that has no address of its own is found where it was seen.
    fn at(mut self, seen: &str) -> Self {
        if let Self::Product { address, .. } = &mut self {
            address.get_or_insert_with(|| seen.to_owned());
        }
        self
    }
}

fn of_product(p: &ProductRow) -> Card {
    Card::Product {
        product: Some(p.id.to_string()),
        code: p.code.clone(),
        title: p.title.clone(),
        price_fen: Some(p.price.0),
        list_fen: p.list.map(|price| price.0),
        picture: crate::goods::picture_path(p),
        address: (!p.address.is_empty()).then(|| p.address.clone()),
        stock: p.stock,
    }
}

fn of_order(tx: &mut Tx<'_>, shop: ShopId, order: &Order) -> yingke_store::Result<Card> {
    let first = order.row.items.first();
    let picture = match first.filter(|item| !item.code.is_empty()) {
        Some(item) => yingke_store::goods::by_codes(tx, shop, &[item.code.as_str()])?
            .first()
            .and_then(crate::goods::picture_path),
        None => None,
    };
    let row = &order.row;
    let quantity: i64 = row.items.iter().map(|item| item.quantity).sum();
    Ok(Card::Order {
        order: Some(order.id.to_string()),
        number: row.number.clone(),
        platform: row.platform.clone(),
        state: Some(
            brief(
                crate::order::state(row),
                row.paid.is_some(),
                row.shipped.is_some(),
                row.signed.is_some(),
            )
            .to_owned(),
        ),
        state_text: row.state.clone().unwrap_or_default(),
        amount_fen: crate::order::amount(row).0,
        quantity: quantity.max(1),
        title: first.map_or_else(|| row.number.clone(), |item| item.title.clone()),
        picture,
        created_at: row.created.to_string(),
    })
}
