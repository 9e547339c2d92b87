//! `GET /api/v1/goods/products`

use crate::goods::view;
use crate::http::{Api, Desk, Json, Params, cursor, own_shops, parse_cursor_of};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::goods::ProductFilter;

/// Articles of a page at most.
const PAGE: i64 = 200;

/// Which articles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductsQuery {
    /// Part of a number or a title.
    #[serde(default)]
    pub q: String,
    /// Of this category only.
    #[serde(default)]
    pub category: String,
    /// On the shelf only, off it only, or both.
    pub on_shelf: Option<bool>,
    /// Of this shop only, by code.
    pub shop: Option<String>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// Articles, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A page of articles, those that sold most first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductPage {
    /// The articles.
    pub products: Vec<view::Product>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Articles of the person's shops, those that sold most first.
#[utoipa::path(get, path = "/api/v1/goods/products", tag = "goods", params(ProductsQuery),
    responses((status = 200, body = ProductPage), Problems))]
pub(crate) async fn list_products(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ProductsQuery>,
) -> Answer<Json<ProductPage>> {
    let before = query.before.as_deref().map(parse_cursor_of).transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let mut found = Vec::new();
    for shop in own_shops(&api, &staff, query.shop.as_deref())? {
        let filter = ProductFilter {
            words: query.q.clone(),
            category: query.category.clone(),
            on_shelf: query.on_shelf,
        };
        found.extend(yingke_app::goods::list(&api.house, &staff, shop, filter, before, limit).await?);
    }
    found.sort_by_key(|p| std::cmp::Reverse((p.sold, p.id)));
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = if found.len() as i64 == limit {
        found.last().map(|p| cursor(p.sold, p.id))
    } else {
        None
    };
    let products = found.into_iter().map(|p| view::product(&api.house, p)).collect();
    Ok(Json(ProductPage { products, next }))
}
