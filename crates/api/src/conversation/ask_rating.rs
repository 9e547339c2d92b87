//! `POST /api/v1/conversation/threads/{thread}/ask-rating`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Invites the buyer to give a mark before the conversation is over. At its close the buyer is asked anyway.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/ask-rating", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn ask_rating(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<LiveState>> {
    let row = yingke_app::conversation::ask_rating(&api.house, &staff, thread).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
