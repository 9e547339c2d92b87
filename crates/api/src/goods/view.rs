//! An article as the desk shows it.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use yingke_app::House;
use yingke_app::goods::{ProductRow, picture_path};

/// An article.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Product {
    /// The article.
    pub product: String,
    /// Shop code.
    pub shop: String,
    /// The shop's own number.
    pub code: String,
    /// Title.
    pub title: String,
    /// Category; empty = none.
    pub category: String,
    /// What it costs.
    pub price_fen: i64,
    /// The crossed-out price.
    pub list_fen: Option<i64>,
    /// Pieces there; null = not known.
    pub stock: Option<i64>,
    /// Whether it is on sale.
    pub on_shelf: bool,
    /// Address of its picture, for everybody.
    pub picture: Option<String>,
    /// Address of its page; empty = none.
    pub address: String,
    /// What else is said of it, name to text.
    pub facts: BTreeMap<String, String>,
    /// Pieces sold.
    pub sold: i64,
    /// When it changed last.
    pub changed_at: String,
}

/// An article for the desk.
pub(crate) fn product(house: &House, p: ProductRow) -> Product {
    let directory = house.directory();
    Product {
        product: p.id.to_string(),
        shop: directory
            .shop(p.shop)
            .map(|shop| shop.code.clone())
            .unwrap_or_default(),
        picture: picture_path(&p),
        code: p.code,
        title: p.title,
        category: p.category,
        price_fen: p.price.0,
        list_fen: p.list.map(|price| price.0),
        stock: p.stock,
        on_shelf: p.on_shelf,
        address: p.address,
        facts: serde_json::from_str(&p.facts).unwrap_or_default(),
        sold: p.sold,
        changed_at: p.changed_at.to_string(),
    }
}
