//! `POST /api/v1/conversation/threads/{thread}/reopen`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Takes one's own close or waiver back, within the policy's seconds and while nothing came after it; else 409 `undo_late`.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/reopen", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn reopen(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<LiveState>> {
    let row = yingke_app::conversation::reopen(&api.house, &staff, thread).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
