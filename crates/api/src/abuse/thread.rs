//! `GET /api/v1/abuse/threads/{thread}`

use super::view::{BlockView, block, mark};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::MarkRow;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// What is on record about a buyer's words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AbuseBoard {
    /// Marks of the thread, in order.
    pub marks: Vec<MarkRow>,
    /// The block that holds now.
    pub block: Option<BlockView>,
    /// Whether the caller may block and lift.
    pub may_block: bool,
}

/// Marks of a thread, and whether its buyer is blocked (R-DESK-12).
#[utoipa::path(get, path = "/api/v1/abuse/threads/{thread}", tag = "abuse",
    params(("thread" = String, Path, description = "The thread")),
    responses((status = 200, body = AbuseBoard), Problems))]
pub(crate) async fn abuse_board(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<AbuseBoard>> {
    let board = yingke_app::abuse::board(&api.house, &staff, thread).await?;
    let directory = api.house.directory();
    Ok(Json(AbuseBoard {
        marks: board.marks.iter().map(|m| mark(m, &directory)).collect(),
        block: board.block.map(|b| block(&b, None, true, &directory)),
        may_block: board.may_block,
    }))
}
