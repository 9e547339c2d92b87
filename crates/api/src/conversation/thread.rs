//! `GET /api/v1/conversation/threads/{thread}`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Row;
use axum::extract::State;
use yingke_kernel::ThreadId;

/// One thread as the list shows it.
#[utoipa::path(get, path = "/api/v1/conversation/threads/{thread}", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = Row), Problems))]
pub(crate) async fn get_thread(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<Row>> {
    let row = yingke_app::conversation::thread(&api.house, &staff, thread).await?;
    Ok(Json(view::row_for(&api.house, &row, staff.person)))
}
