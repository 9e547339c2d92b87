//! `POST /api/v1/presence/state`

use crate::http::{Api, Desk, Json};
use crate::presence::PresenceState;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A state, wished or reached.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct StateBody {
    /// The state.
    pub state: PresenceState,
}

/// Sets one's own state; away and offline give back what one holds (R-RESP-05).
#[utoipa::path(post, path = "/api/v1/presence/state", tag = "presence", request_body = StateBody,
    responses((status = 200, body = StateBody), Problems))]
pub(crate) async fn set_state(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<StateBody>,
) -> Answer<Json<StateBody>> {
    yingke_app::presence::set_state(&api.house, &staff, body.state.into()).await?;
    let state = yingke_app::presence::state_of(&api.house, staff.person);
    api.hub.presence_changed(staff.person);
    Ok(Json(StateBody { state: state.into() }))
}
