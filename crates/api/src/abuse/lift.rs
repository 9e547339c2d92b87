//! `POST /api/v1/abuse/blocks/{block}/lift`

use super::view::{BlockView, block};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::BlockId;

/// Why a block is lifted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct LiftBlock {
    /// Words for the record; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Listens to the buyer again (R-DESK-12). 409 `not_blocked`.
#[utoipa::path(post, path = "/api/v1/abuse/blocks/{block}/lift", tag = "abuse",
    params(("block" = String, Path, description = "The block")), request_body = LiftBlock,
    responses((status = 200, body = BlockView), Problems))]
pub(crate) async fn lift_block(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<BlockId>,
    Json(body): Json<LiftBlock>,
) -> Answer<Json<BlockView>> {
    let row = yingke_app::abuse::lift(&api.house, &staff, id, &body.note).await?;
    Ok(Json(block(&row, None, false, &api.house.directory())))
}
