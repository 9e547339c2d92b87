//! `POST /api/v1/conversation/threads/{thread}/close`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Closes the conversation (2.1).
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/close", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn close(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<LiveState>> {
    let row = yingke_app::conversation::close(&api.house, &staff, thread).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
