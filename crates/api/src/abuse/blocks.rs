//! `GET /api/v1/abuse/blocks`

use super::view::{BlockView, block};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// Blocked buyers, lifted or not, latest first (R-DESK-12).
#[utoipa::path(get, path = "/api/v1/abuse/blocks", tag = "abuse",
    responses((status = 200, body = Vec<BlockView>), Problems))]
pub(crate) async fn list_blocks(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<BlockView>>> {
    let rows = yingke_app::abuse::blocks(&api.house, &staff).await?;
    let directory = api.house.directory();
    Ok(Json(
        rows.into_iter()
            .map(|b| block(&b.row, Some(b.buyer_name), b.stands, &directory))
            .collect(),
    ))
}
