//! `GET /api/v1/goods/products/{product}`

use crate::goods::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::ProductId;

/// An article.
#[utoipa::path(get, path = "/api/v1/goods/products/{product}", tag = "goods",
    params(("product" = String, Path, description = "The article")), responses((status = 200, body = view::Product), Problems))]
pub(crate) async fn get_product(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(product): Id<ProductId>,
) -> Answer<Json<view::Product>> {
    let found = yingke_app::goods::get(&api.house, &staff, product).await?;
    Ok(Json(view::product(&api.house, found)))
}
