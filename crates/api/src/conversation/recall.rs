//! `POST /api/v1/conversation/threads/{thread}/recall`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// Which message.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Recall {
    /// Sequence of one's own message.
    pub seq: i64,
}

/// Takes one's own message back, within the policy's time. Recalling the only answer reopens the turn (2.1).
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/recall", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), request_body = Recall,
    responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn recall(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<Recall>,
) -> Answer<Json<LiveState>> {
    let row = yingke_app::conversation::recall(&api.house, &staff, thread, body.seq).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
