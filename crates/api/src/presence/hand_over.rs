//! `POST /api/v1/presence/hand-over`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_kernel::{PersonId, Problem};

/// What a shift leaves.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ShiftNote {
    /// The open matters, in words; at most 1,000 characters.
    pub note: String,
    /// The line that goes on; null = one's own.
    #[serde(default)]
    pub to_line: Option<String>,
    /// The colleague who goes on; comes before the line, and must be online.
    #[serde(default)]
    pub to_person: Option<String>,
    /// Away, to come back, instead of offline.
    #[serde(default)]
    pub away: bool,
}

/// What went to the line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandedOver {
    /// The conversations.
    pub threads: Vec<String>,
}

/// Goes home, or away: everything that one holds goes to a colleague or to the line's queue with the note, the note waits for whoever
/// goes on, and one is offline or away (R-DESK-10). 409 `line_unknown`, `not_online`, `not_member`.
#[utoipa::path(post, path = "/api/v1/presence/hand-over", tag = "presence", request_body = ShiftNote,
    responses((status = 200, body = HandedOver), Problems))]
pub(crate) async fn hand_over(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<ShiftNote>,
) -> Answer<Json<HandedOver>> {
    let person = body.to_person.map(|id| id.parse::<PersonId>());
    let to = yingke_app::presence::HandTo {
        line: body.to_line,
        person: person.transpose().map_err(|_| Problem::not_found("person"))?,
        away: body.away,
    };
    let held = yingke_app::presence::hand_over(&api.house, &staff, body.note, to).await?;
    api.hub.presence_changed(staff.person);
    Ok(Json(HandedOver {
        threads: held.iter().map(ToString::to_string).collect(),
    }))
}
