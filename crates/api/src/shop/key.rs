//! `POST /api/v1/shop/shops/{code}/key`

use super::TokenKey;
use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// Shows the key with which the shop's own site signs the tokens of known buyers. Every look is a line of the audit trail.
#[utoipa::path(post, path = "/api/v1/shop/shops/{code}/key", tag = "shop", params(("code" = String, Path, description = "The shop")),
    responses((status = 200, body = TokenKey), Problems))]
pub(crate) async fn show_key(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
) -> Answer<Json<TokenKey>> {
    let key = yingke_app::shop::key(&api.house, &staff, &code).await?;
    Ok(Json(TokenKey { key }))
}
