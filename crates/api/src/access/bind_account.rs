//! `POST /api/v1/access/people/{person}/accounts`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::{PersonId, Problem};

/// A receiving account of a platform.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BindAccount {
    /// The platform: `taobao`, …
    pub channel: String,
    /// The account as the platform's files name it.
    pub account: String,
    /// Shop code; the first of one's own shops unless told.
    #[serde(default)]
    pub shop: Option<String>,
}

/// Binds a platform's account to a person; its figures are then that person's.
#[utoipa::path(post, path = "/api/v1/access/people/{person}/accounts", tag = "access", params(("person" = String, Path, description = "The person")),
    request_body = BindAccount, responses((status = 204), Problems))]
pub(crate) async fn bind_account(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Json(body): Json<BindAccount>,
) -> Answer<StatusCode> {
    let directory = api.house.directory();
    let shop = match &body.shop {
        Some(code) => directory.shop_by_code(code),
        None => directory.shops_of(staff.person).into_iter().next(),
    };
    let shop = shop.ok_or_else(|| Problem::not_found("shop"))?.id;
    yingke_app::access::bind_account(&api.house, &staff, person, shop, &body.channel, &body.account).await?;
    Ok(StatusCode::NO_CONTENT)
}
