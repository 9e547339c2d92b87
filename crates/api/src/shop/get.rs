//! `GET /api/v1/shop/shops/{code}`

use super::view::{self, Shop};
use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// A shop with everything that it sets for itself.
#[utoipa::path(get, path = "/api/v1/shop/shops/{code}", tag = "shop", params(("code" = String, Path, description = "The shop")),
    responses((status = 200, body = Shop), Problems))]
pub(crate) async fn get_shop(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
) -> Answer<Json<Shop>> {
    let found = yingke_app::shop::get(&api.house, &staff, &code)?;
    Ok(Json(view::shop(&found, &api.config.public_url)?))
}
