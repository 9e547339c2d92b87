//! `GET /api/v1/call/threads/{thread}`

use super::view::call;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Calls with the buyer of a chat, latest first (R-CHANNEL-05).
#[utoipa::path(get, path = "/api/v1/call/threads/{thread}", tag = "call",
    params(("thread" = String, Path, description = "The thread")),
    responses((status = 200, body = Vec<CallRow>), Problems))]
pub(crate) async fn calls_of_thread(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<Vec<CallRow>>> {
    let calls = yingke_app::call::of_thread(&api.house, &staff, thread).await?;
    let directory = api.house.directory();
    Ok(Json(
        calls
            .iter()
            .map(|c| call(&c.row, &c.buyer_name, &directory))
            .collect(),
    ))
}
