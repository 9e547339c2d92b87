//! `POST /api/v1/conversation/threads/{thread}/transfer`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// Where a conversation goes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Transfer {
    /// The colleague; null = back to the queue.
    #[serde(default)]
    pub to: Option<String>,
    /// What the next one must know; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Hands the conversation to a colleague or back to the queue.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/transfer", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), request_body = Transfer,
    responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn transfer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<Transfer>,
) -> Answer<Json<LiveState>> {
    let to = body.to.as_deref().map(|text| parse_id(text, "to")).transpose()?;
    let row = yingke_app::conversation::transfer(&api.house, &staff, thread, to, body.note).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
