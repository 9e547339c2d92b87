//! Goods of a shop, identified by (shop, code).

use crate::order::Upsert;
use crate::{Result, Row, Tx, Val, args, pattern, sql};
use std::collections::HashMap;
use yingke_kernel::{Fen, FileId, ProductId, ShopId, Stamp};

/// An article (R-GOODS-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The article; a new one's for [`upsert_many`].
    pub id: ProductId,
    /// Its shop.
    pub shop: ShopId,
    /// The shop's or the platform's own number.
    pub code: String,
    /// Title.
    pub title: String,
    /// Category; empty = none.
    pub category: String,
    /// What it costs.
    pub price: Fen,
    /// The crossed-out price.
    pub list: Option<Fen>,
    /// Pieces there; `None` = not known.
    pub stock: Option<i64>,
    /// On sale.
    pub on_shelf: bool,
    /// Its picture.
    pub picture: Option<FileId>,
    /// Address of its page; empty = none.
    pub address: String,
    /// Everything else that is said of it: a JSON object, name to text.
    pub facts: String,
    /// Pieces sold so far.
    pub sold: i64,
    /// When it came to be here.
    pub created_at: Stamp,
    /// When it changed last.
    pub changed_at: Stamp,
}

impl ProductRow {
    /// Whether `other` says the same of the article. A picture that `other` does not bring is kept, so it is no difference.
    fn same(&self, other: &Self) -> bool {
        let kept = Self {
            id: self.id,
            picture: other.picture.or(self.picture),
            created_at: self.created_at,
            changed_at: self.changed_at,
            ..other.clone()
        };
        *self == kept
    }
}

fn product(row: &Row<'_>) -> Result<ProductRow> {
    Ok(ProductRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        code: row.string(2)?,
        title: row.string(3)?,
        category: row.string(4)?,
        price: row.fen(5)?,
        list: row.opt_fen(6)?,
        stock: row.opt_int(7)?,
        on_shelf: row.bool(8)?,
        picture: row.opt_id(9)?,
        address: row.string(10)?,
        facts: row.string(11)?,
        sold: row.int(12)?,
        created_at: row.stamp(13)?,
        changed_at: row.stamp(14)?,
    })
}

/// An article by id.
pub fn get(tx: &mut Tx<'_>, id: ProductId) -> Result<Option<ProductRow>> {
    tx.opt(sql!("goods/get"), args![id], product)
}

/// The articles of these codes, in no order.
pub fn by_codes(tx: &mut Tx<'_>, shop: ShopId, codes: &[&str]) -> Result<Vec<ProductRow>> {
    tx.all(sql!("goods/by_codes"), args![shop, codes], product)
}

/// Which articles of a shop.
#[derive(Debug, Clone, Default)]
pub struct ProductFilter {
    /// Part of a code or title; empty = all.
    pub words: String,
    /// Of this category only; empty = all.
    pub category: String,
    /// On the shelf only, off it only, or both.
    pub on_shelf: Option<bool>,
}

/// Articles of a shop, those that sold most first, before (`sold`, `id`).
pub fn page(
    tx: &mut Tx<'_>,
    shop: ShopId,
    filter: &ProductFilter,
    before: (i64, ProductId),
    limit: i64,
) -> Result<Vec<ProductRow>> {
    let shelf = filter.on_shelf.map_or(2, i64::from);
    let words = pattern(&filter.words);
    let values = args![shop, &words, &filter.category, shelf, before.0, before.1, limit];
    tx.all(sql!("goods/page"), values, product)
}

/// Categories in use and how many articles each has, by name.
pub fn categories(tx: &mut Tx<'_>, shop: ShopId) -> Result<Vec<(String, i64)>> {
    tx.all(sql!("goods/categories"), args![shop], |row| {
        Ok((row.string(0)?, row.int(1)?))
    })
}

/// How many articles a shop has.
pub fn count(tx: &mut Tx<'_>, shop: ShopId) -> Result<i64> {
    tx.one(sql!("goods/count"), args![shop], |row| row.int(0))
}

/// What would become of these articles; writes nothing. All are of one shop.
pub fn look_at_many(tx: &mut Tx<'_>, shop: ShopId, products: &[ProductRow]) -> Result<Vec<Upsert>> {
    let known = known(tx, shop, products)?;
    Ok(products
        .iter()
        .map(|p| match known.get(&p.code) {
            Some(before) if before.same(p) => Upsert::Unchanged,
            Some(_) => Upsert::Changed,
            None => Upsert::Created,
        })
        .collect())
}

fn known(tx: &mut Tx<'_>, shop: ShopId, products: &[ProductRow]) -> Result<HashMap<String, ProductRow>> {
    let codes: Vec<&str> = products.iter().map(|p| p.code.as_str()).collect();
    Ok(by_codes(tx, shop, &codes)?
        .into_iter()
        .map(|p| (p.code.clone(), p))
        .collect())
}

/// Stores articles of one shop; a code occurs once. Known ones keep their id and, unless a picture is given, their picture.
/// Gives the id that counts and what became of each.
pub fn upsert_many(
    tx: &mut Tx<'_>,
    shop: ShopId,
    products: &[ProductRow],
    now: Stamp,
) -> Result<Vec<(ProductId, Upsert)>> {
    let known = known(tx, shop, products)?;
    let mut done = Vec::with_capacity(products.len());
    let mut inserts: Vec<Vec<Val<'_>>> = Vec::new();
    let mut updates: Vec<Vec<Val<'_>>> = Vec::new();
    for p in products {
        match known.get(&p.code) {
            Some(before) if before.same(p) => done.push((before.id, Upsert::Unchanged)),
            Some(before) => {
                let values = args![
                    before.id,
                    &p.title,
                    &p.category,
                    p.price,
                    p.list,
                    p.stock,
                    p.on_shelf,
                    p.picture,
                    &p.address,
                    &p.facts,
                    p.sold,
                    now
                ];
                updates.push(values.to_vec());
                done.push((before.id, Upsert::Changed));
            }
            None => {
                let values = args![
                    p.id,
                    shop,
                    &p.code,
                    &p.title,
                    &p.category,
                    p.price,
                    p.list,
                    p.stock,
                    p.on_shelf,
                    p.picture,
                    &p.address,
                    &p.facts,
                    p.sold,
                    now
                ];
                inserts.push(values.to_vec());
                done.push((p.id, Upsert::Created));
            }
        }
    }
    tx.exec_many(sql!("goods/insert"), &inserts)?;
    tx.exec_many(sql!("goods/update"), &updates)?;
    Ok(done)
}

/// Puts an article on the shelf or takes it off; false when there is none.
pub fn set_shelf(tx: &mut Tx<'_>, id: ProductId, on_shelf: bool, now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("goods/set_shelf"), args![id, on_shelf, now])? == 1)
}

/// Gives an article a picture, or takes it away; false when there is none.
pub fn set_picture(tx: &mut Tx<'_>, id: ProductId, picture: Option<FileId>, now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("goods/set_picture"), args![id, picture, now])? == 1)
}
