//! `GET /api/v1/shop/shops`

use super::ShopLine;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// The caller's shops, by code.
#[utoipa::path(get, path = "/api/v1/shop/shops", tag = "shop", responses((status = 200, body = Vec<ShopLine>), Problems))]
pub(crate) async fn list_shops(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<ShopLine>>> {
    let shops = yingke_app::shop::list(&api.house, &staff)?;
    let line = |shop: yingke_app::Shop| {
        let now = yingke_app::shop::open_now(&api.house, shop.id)?;
        Ok(ShopLine {
            code: shop.code,
            name: shop.name,
            zone: shop.zone_name,
            open: now.open,
            online: now.online,
            text: now.text,
        })
    };
    Ok(Json(
        shops
            .into_iter()
            .map(line)
            .collect::<Result<_, yingke_kernel::Problem>>()?,
    ))
}
