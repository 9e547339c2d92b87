//! `GET /api/v1/order/orders/{order}`

use crate::http::{Api, Desk, Id, Json};
use crate::order::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::OrderId;

/// An order; contacts are masked.
#[utoipa::path(get, path = "/api/v1/order/orders/{order}", tag = "order", params(("order" = String, Path, description = "The order")),
    responses((status = 200, body = view::Order), Problems))]
pub(crate) async fn get_order(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(order): Id<OrderId>,
) -> Answer<Json<view::Order>> {
    let found = yingke_app::order::get(&api.house, &staff, order).await?;
    Ok(Json(view::order(&api.house, found)))
}
