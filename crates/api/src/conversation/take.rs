//! `POST /api/v1/conversation/threads/{thread}/take`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Takes a waiting conversation; 409 `held_by_other` names who was faster.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/take", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn take(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<LiveState>> {
    let row = yingke_app::conversation::take(&api.house, &staff, thread).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
