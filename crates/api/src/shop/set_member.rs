//! `PUT /api/v1/shop/shops/{code}/members/{person}`

use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::PersonId;

/// Whether somebody works for a shop.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SetMember {
    /// True: they do from now on.
    pub works: bool,
}

/// Somebody begins or ceases to work for a shop. 409 `last_owner`, `holds_conversations`.
#[utoipa::path(put, path = "/api/v1/shop/shops/{code}/members/{person}", tag = "shop",
    params(("code" = String, Path, description = "The shop"), ("person" = String, Path, description = "The person")),
    request_body = SetMember, responses((status = 204), Problems))]
pub(crate) async fn set_member(
    State(api): State<Api>,
    Desk(staff): Desk,
    Path((code, person)): Path<(String, String)>,
    Json(body): Json<SetMember>,
) -> Answer<StatusCode> {
    let person: PersonId = parse_id(&person, "path")?;
    yingke_app::shop::set_member(&api.house, &staff, &code, person, body.works).await?;
    Ok(StatusCode::NO_CONTENT)
}
