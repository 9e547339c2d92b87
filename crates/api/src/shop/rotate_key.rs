//! `POST /api/v1/shop/shops/{code}/key/rotate`

use super::TokenKey;
use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// Makes another key; what was signed with the old one is refused from now on.
#[utoipa::path(post, path = "/api/v1/shop/shops/{code}/key/rotate", tag = "shop",
    params(("code" = String, Path, description = "The shop")), responses((status = 200, body = TokenKey), Problems))]
pub(crate) async fn rotate_key(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
) -> Answer<Json<TokenKey>> {
    let key = yingke_app::shop::rotate_key(&api.house, &staff, &code).await?;
    Ok(Json(TokenKey { key }))
}
