//! `POST /api/v1/conversation/threads/{thread}/transfer`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::LiveState;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::conversation::Destination;
use yingke_kernel::{Problem, ThreadId};

/// Where a conversation goes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Transfer {
    /// The colleague; null = a line, or back to the queue.
    #[serde(default)]
    pub to: Option<String>,
    /// The line whose queue it goes to; only without `to`.
    #[serde(default)]
    pub line: Option<String>,
    /// What the next one must know; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Hands the conversation to a colleague, to the queue of a line, or back to the queue (R-DESK-10).
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/transfer", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), request_body = Transfer,
    responses((status = 200, body = LiveState), Problems))]
pub(crate) async fn transfer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<Transfer>,
) -> Answer<Json<LiveState>> {
    let to = match (body.to, body.line) {
        (Some(_), Some(_)) => {
            return Err(Problem::invalid("to_and_line", "give `to` or `line`, not both").into());
        }
        (Some(person), None) => Destination::Person(parse_id(&person, "to")?),
        (None, Some(line)) => Destination::Line(line),
        (None, None) => Destination::Queue,
    };
    let row = yingke_app::conversation::transfer(&api.house, &staff, thread, to, body.note).await?;
    Ok(Json(view::live(&row, &api.house.directory())))
}
