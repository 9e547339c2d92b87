//! `GET /api/v1/buyer/{buyer}/orders`

use crate::http::{Api, Desk, Id, Json};
use crate::order::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::BuyerId;

/// Orders of an answer at most; a buyer with more is searched on the page of orders.
const MOST: i64 = 200;

/// Orders of a buyer, newest first: by the name on the platform, and by telephone. Contacts are masked.
#[utoipa::path(get, path = "/api/v1/buyer/{buyer}/orders", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    responses((status = 200, body = Vec<view::Order>), Problems))]
pub(crate) async fn list_buyer_orders(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
) -> Answer<Json<Vec<view::Order>>> {
    let found = yingke_app::buyer::orders(&api.house, &staff, buyer, MOST).await?;
    Ok(Json(
        found.into_iter().map(|o| view::order(&api.house, o)).collect(),
    ))
}
