//! `POST /api/v1/order/orders/{order}/reveal`

use crate::http::{Api, Desk, Id, Json};
use crate::order::view::{RevealWhat, Revealed};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::OrderId;

/// What is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RevealOrder {
    /// What is shown in full.
    pub what: RevealWhat,
}

/// A contact of an order in full; on the audit trail. An agent sees contacts of buyers whom they serve or served.
#[utoipa::path(post, path = "/api/v1/order/orders/{order}/reveal", tag = "order",
    params(("order" = String, Path, description = "The order")), request_body = RevealOrder,
    responses((status = 200, body = Revealed), Problems))]
pub(crate) async fn reveal_order(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(order): Id<OrderId>,
    Json(body): Json<RevealOrder>,
) -> Answer<Json<Revealed>> {
    let value = yingke_app::order::reveal(&api.house, &staff, order, body.what.into()).await?;
    Ok(Json(Revealed { value }))
}
