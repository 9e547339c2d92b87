//! `GET /api/v1/goods/shelf`

use crate::http::{Api, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::goods::picture_path;
use yingke_kernel::Problem;

/// Articles of an answer at most.
const MOST: i64 = 60;

/// Which shop's shelf.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShelfQuery {
    /// Shop code.
    pub shop: String,
    /// Of this category only.
    #[serde(default)]
    pub category: String,
    /// Articles, 1 to 60; 24 unless told.
    pub limit: Option<i64>,
}

/// An article as the shop's own pages show it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    /// The article.
    pub product: String,
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
    /// Address of its picture.
    pub picture: Option<String>,
    /// Address of its page; empty = none.
    pub address: String,
}

/// What a shop shows to everybody: articles on the shelf, those that sold most first.
#[utoipa::path(get, path = "/api/v1/goods/shelf", tag = "goods", params(ShelfQuery),
    responses((status = 200, body = Vec<Shown>), Problems))]
pub(crate) async fn list_shelf(
    State(api): State<Api>,
    Params(query): Params<ShelfQuery>,
) -> Answer<Json<Vec<Shown>>> {
    let directory = api.house.directory();
    let shop = directory
        .shop_by_code(&query.shop)
        .ok_or_else(|| Problem::not_found("shop"))?;
    let limit = query.limit.unwrap_or(24).clamp(1, MOST);
    let found = yingke_app::goods::shelf(&api.house, shop.id, query.category, limit).await?;
    Ok(Json(
        found
            .into_iter()
            .map(|p| Shown {
                product: p.id.to_string(),
                picture: picture_path(&p),
                code: p.code,
                title: p.title,
                category: p.category,
                price_fen: p.price.0,
                list_fen: p.list.map(|price| price.0),
                address: p.address,
            })
            .collect(),
    ))
}
