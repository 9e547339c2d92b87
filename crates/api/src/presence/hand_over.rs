//! `POST /api/v1/presence/hand-over`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a shift leaves.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ShiftNote {
    /// The open matters, in words; at most 1,000 characters.
    pub note: String,
    /// The line that goes on; null = one's own.
    #[serde(default)]
    pub to_line: Option<String>,
}

/// What went to the line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandedOver {
    /// The conversations.
    pub threads: Vec<String>,
}

/// Goes home: everything that one holds goes to the line's queue with the note, the note waits for the next shift, and one is
/// offline (R-DESK-10).
#[utoipa::path(post, path = "/api/v1/presence/hand-over", tag = "presence", request_body = ShiftNote,
    responses((status = 200, body = HandedOver), Problems))]
pub(crate) async fn hand_over(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<ShiftNote>,
) -> Answer<Json<HandedOver>> {
    let held = yingke_app::presence::hand_over(&api.house, &staff, body.note, body.to_line).await?;
    api.hub.presence_changed(staff.person);
    Ok(Json(HandedOver {
        threads: held.iter().map(ToString::to_string).collect(),
    }))
}
