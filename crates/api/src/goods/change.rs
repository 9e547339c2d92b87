//! `PATCH /api/v1/goods/products/{product}`

use crate::goods::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ProductId;

/// What changes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangeProduct {
    /// Whether it is on sale.
    pub on_shelf: bool,
}

/// Puts an article on the shelf or takes it off; on the audit trail.
#[utoipa::path(patch, path = "/api/v1/goods/products/{product}", tag = "goods",
    params(("product" = String, Path, description = "The article")), request_body = ChangeProduct,
    responses((status = 200, body = view::Product), Problems))]
pub(crate) async fn change_product(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(product): Id<ProductId>,
    Json(body): Json<ChangeProduct>,
) -> Answer<Json<view::Product>> {
    let changed = yingke_app::goods::set_shelf(&api.house, &staff, product, body.on_shelf).await?;
    Ok(Json(view::product(&api.house, changed)))
}
