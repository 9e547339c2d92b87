//! Goods of a shop: looking at them, the shelf, their pictures (R-GOODS-01).

use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff, file};
use bytes::Bytes;
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_kernel::{FileId, ProductId, ShopId};
use yingke_store::goods as rows;
use yingke_store::{Lane, Tx};

pub use yingke_store::goods::{ProductFilter, ProductRow};

/// Address of an article's picture, the same for everybody and another after each change; `None` without a picture.
pub fn picture_path(p: &ProductRow) -> Option<String> {
    let id = p.id;
    p.picture.map(|file| {
        let version = file.to_string();
        format!("/goods/{id}/picture?v={}", &version[version.len() - 8..])
    })
}

/// Articles of a shop, those that sold most first, before (`sold`, `id`).
///
/// # Errors
/// Without the right `receive`, or for a shop that the caller does not work for.
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    filter: ProductFilter,
    before: Option<(i64, ProductId)>,
    limit: i64,
) -> Result<Vec<ProductRow>> {
    require(staff, Right::Receive)?;
    if !house.directory().is_member(shop, staff.person) {
        return Err(Problem::not_found("shop"));
    }
    let before = before.unwrap_or((i64::MAX, ProductId(Uuid::max())));
    house
        .read(move |tx| rows::page(tx, shop, &filter, before, limit))
        .await
}

/// What a shop shows to everybody: articles on the shelf, those that sold most first.
///
/// # Errors
/// When the store cannot answer.
pub async fn shelf(house: &House, shop: ShopId, category: String, limit: i64) -> Result<Vec<ProductRow>> {
    let filter = ProductFilter {
        words: String::new(),
        category,
        on_shelf: Some(true),
    };
    house
        .read(move |tx| rows::page(tx, shop, &filter, (i64::MAX, ProductId(Uuid::max())), limit))
        .await
}

/// An article.
///
/// # Errors
/// Without the right `receive`; `not_found` for an article of a shop that the caller does not work for.
pub async fn get(house: &House, staff: &Staff, id: ProductId) -> Result<ProductRow> {
    require(staff, Right::Receive)?;
    let shops = house.shops_of(staff);
    house
        .read(move |tx| {
            rows::get(tx, id)?
                .filter(|p| shops.contains(&p.shop))
                .ok_or_else(|| Problem::not_found("product").into())
        })
        .await
}

/// Categories of the caller's shops, or of one, with how many articles each has.
///
/// # Errors
/// Without the right `receive`.
pub async fn categories(house: &House, staff: &Staff, shop: Option<ShopId>) -> Result<Vec<(String, i64)>> {
    require(staff, Right::Receive)?;
    let shops: Vec<ShopId> = house
        .shops_of(staff)
        .into_iter()
        .filter(|s| shop.is_none_or(|wanted| wanted == *s))
        .collect();
    let lists = house
        .read(move |tx| {
            shops
                .iter()
                .map(|shop| rows::categories(tx, *shop))
                .collect::<yingke_store::Result<Vec<_>>>()
        })
        .await?;
    let mut all = std::collections::BTreeMap::<String, i64>::new();
    for (name, count) in lists.into_iter().flatten() {
        *all.entry(name).or_default() += count;
    }
    Ok(all.into_iter().collect())
}

/// An article that the caller may change.
fn own(tx: &mut Tx<'_>, shops: &[ShopId], id: ProductId) -> yingke_store::Result<ProductRow> {
    rows::get(tx, id)?
        .filter(|p| shops.contains(&p.shop))
        .ok_or_else(|| Problem::not_found("product").into())
}

/// Puts an article on the shelf or takes it off. On the trail.
///
/// # Errors
/// Without the right `manage_goods`; `not_found`.
pub async fn set_shelf(house: &House, staff: &Staff, id: ProductId, on_shelf: bool) -> Result<ProductRow> {
    require(staff, Right::ManageGoods)?;
    let shops = house.shops_of(staff);
    let (now, who) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let before = own(tx, &shops, id)?;
            if before.on_shelf != on_shelf {
                rows::set_shelf(tx, id, on_shelf, now)?;
                let act = if on_shelf {
                    "goods.on_shelf"
                } else {
                    "goods.off_shelf"
                };
                audited(tx, now, Some(who), act, &id.to_string(), &before.code)?;
            }
            own(tx, &shops, id)
        })
        .await
}

/// Gives an article a picture, written anew like every picture; `None` takes it away. On the trail.
///
/// # Errors
/// Without the right `manage_goods`; `not_found`; `not_a_picture`, `picture_too_large`.
pub async fn set_picture(
    house: &House,
    staff: &Staff,
    id: ProductId,
    bytes: Option<Bytes>,
) -> Result<ProductRow> {
    require(staff, Right::ManageGoods)?;
    let before = get(house, staff, id).await?;
    let picture = match bytes {
        Some(bytes) => Some(
            file::keep_picture(house, before.shop, staff.person.0, None, bytes)
                .await?
                .id,
        ),
        None => None,
    };
    let shops = house.shops_of(staff);
    let (now, who) = (house.now(), staff.person);
    let (row, old) = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let before = own(tx, &shops, id)?;
            rows::set_picture(tx, id, picture, now)?;
            if let Some(old) = before.picture {
                yingke_store::file::delete(tx, &[old.bytes()])?;
            }
            audited(tx, now, Some(who), "goods.picture", &id.to_string(), &before.code)?;
            Ok((own(tx, &shops, id)?, before.picture))
        })
        .await?;
    if let Some(old) = old {
        file::remove_bytes(house, &[old]).await;
    }
    Ok(row)
}

/// Gives an article a picture without anybody's asking (import, demonstration). `None` when there is no such article.
///
/// # Errors
/// `not_a_picture`, `picture_too_large`; when the disk cannot take it.
pub async fn give_picture(
    house: &House,
    shop: ShopId,
    id: ProductId,
    bytes: Bytes,
) -> Result<Option<FileId>> {
    let kept = file::keep_picture(house, shop, Uuid::nil(), None, bytes)
        .await?
        .id;
    let now = house.now();
    let done = house
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            rows::set_picture(tx, id, Some(kept), now)
        })
        .await?;
    Ok(done.then_some(kept))
}

/// The picture of an article: content type and bytes. For everybody, because shops show their goods.
///
/// # Errors
/// `not_found` when there is no such article, or none with a picture.
pub async fn picture(house: &House, id: ProductId) -> Result<(String, Bytes)> {
    let gone = || Problem::not_found("picture");
    let row = house
        .read(move |tx| {
            let file = rows::get(tx, id)?.and_then(|p| p.picture);
            file.map(|file| yingke_store::file::get(tx, file)).transpose()
        })
        .await?
        .flatten()
        .ok_or_else(gone)?;
    let bytes = file::read_bytes(house, row.id).await?;
    Ok((row.kind, bytes))
}
