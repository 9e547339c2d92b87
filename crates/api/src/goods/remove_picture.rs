//! `DELETE /api/v1/goods/products/{product}/picture`

use crate::goods::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::ProductId;

/// Takes an article's picture away; on the audit trail.
#[utoipa::path(delete, path = "/api/v1/goods/products/{product}/picture", tag = "goods",
    params(("product" = String, Path, description = "The article")), responses((status = 200, body = view::Product), Problems))]
pub(crate) async fn remove_picture(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(product): Id<ProductId>,
) -> Answer<Json<view::Product>> {
    let changed = yingke_app::goods::set_picture(&api.house, &staff, product, None).await?;
    Ok(Json(view::product(&api.house, changed)))
}
