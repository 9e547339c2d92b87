//! `POST /api/v1/shop/shops`

use super::view::{self, Shop};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// A new shop.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewShop {
    /// Short name in addresses and commands; for good.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// IANA name of its zone; `Asia/Shanghai` unless told.
    #[serde(default)]
    pub zone: Option<String>,
}

/// Makes a shop; everybody of the house works for it until told otherwise.
#[utoipa::path(post, path = "/api/v1/shop/shops", tag = "shop", request_body = NewShop,
    responses((status = 201, body = Shop), Problems))]
pub(crate) async fn create_shop(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewShop>,
) -> Answer<(StatusCode, Json<Shop>)> {
    let zone = body.zone.as_deref().unwrap_or("Asia/Shanghai");
    let made = yingke_app::shop::create(&api.house, &staff, body.code.trim(), &body.name, zone).await?;
    Ok((
        StatusCode::CREATED,
        Json(view::shop(&made, &api.config.public_url)?),
    ))
}
