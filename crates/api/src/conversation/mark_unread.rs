//! `POST /api/v1/conversation/threads/{thread}/unread`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Row;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// Puts the thread back to be read again; the next `read` of anybody of the shop takes the mark away.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/unread", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = Row), Problems))]
pub(crate) async fn mark_unread(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<Row>> {
    let row = yingke_app::conversation::mark_unread(&api.house, &staff, thread).await?;
    Ok(Json(view::row_for(&api.house, &row, staff.person)))
}
