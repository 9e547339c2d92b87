//! `POST /api/v1/abuse/threads/{thread}/block`

use super::view::{BlockView, block};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// A block.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BlockBuyer {
    /// For so many seconds; absent = until it is lifted.
    #[serde(default)]
    pub secs: Option<i64>,
    /// Why.
    pub reason: String,
}

/// Does not listen to the buyer any more (R-DESK-12). 409 `blocked_already`.
#[utoipa::path(post, path = "/api/v1/abuse/threads/{thread}/block", tag = "abuse",
    params(("thread" = String, Path, description = "The thread")), request_body = BlockBuyer,
    responses((status = 200, body = BlockView), Problems))]
pub(crate) async fn block_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<BlockBuyer>,
) -> Answer<Json<BlockView>> {
    let row = yingke_app::abuse::block(&api.house, &staff, thread, body.secs, &body.reason).await?;
    Ok(Json(block(&row, None, true, &api.house.directory())))
}
