//! `POST /api/v1/phrase/stock`

use crate::http::{Api, Desk, Json};
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which shop.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StockWish {
    /// Shop code; the first of one's own shops unless told.
    #[serde(default)]
    pub shop: Option<String>,
}

/// What was put.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StockPut {
    /// How many phrases are new; those whose code is there were left alone.
    pub created: usize,
}

/// Puts the phrases that ship with the house into the team's set: what is not there yet, by code. On the audit trail.
#[utoipa::path(post, path = "/api/v1/phrase/stock", tag = "phrase", request_body = StockWish,
    responses((status = 200, body = StockPut), Problems))]
pub(crate) async fn put_stock(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<StockWish>,
) -> Answer<Json<StockPut>> {
    let shop = view::shop(&api, &staff, body.shop.as_deref())?;
    let created = yingke_app::phrase::put_stock(&api.house, &staff, shop).await?;
    Ok(Json(StockPut { created }))
}
