//! `PATCH /api/v1/shop/shops/{code}`

use super::view::{self, Settings, Shop};
use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::shop::ShopChange;

/// What changes; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangeShop {
    /// The version that the caller began from.
    pub version: String,
    /// Name that buyers see.
    #[serde(default)]
    pub name: Option<String>,
    /// IANA name of the zone.
    #[serde(default)]
    pub zone: Option<String>,
    /// Everything that the shop sets for itself, as a whole.
    #[serde(default)]
    pub settings: Option<Settings>,
}

/// The shop as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedShop {
    /// The shop.
    pub shop: Shop,
    /// Names of the fields that changed: `name zone` and those of the settings.
    pub changed: Vec<String>,
}

/// Changes a shop. 400 `bad_settings` begins with the place; 409 `shop_changed`: somebody else was faster.
#[utoipa::path(patch, path = "/api/v1/shop/shops/{code}", tag = "shop", params(("code" = String, Path, description = "The shop")),
    request_body = ChangeShop, responses((status = 200, body = ChangedShop), Problems))]
pub(crate) async fn change_shop(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
    Json(body): Json<ChangeShop>,
) -> Answer<Json<ChangedShop>> {
    let change = ShopChange {
        name: body.name,
        zone: body.zone,
        settings: body.settings.map(Settings::read).transpose()?,
    };
    let (found, changed) = yingke_app::shop::change(&api.house, &staff, &code, &body.version, change).await?;
    Ok(Json(ChangedShop {
        shop: view::shop(&found, &api.config.public_url)?,
        changed,
    }))
}
