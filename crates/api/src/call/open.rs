//! `GET /api/v1/call/open`

use super::view::call;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;

/// Calls that are still to be confirmed in the chat, the most urgent first: one's own, for a supervisor everybody's (R-CHANNEL-05).
#[utoipa::path(get, path = "/api/v1/call/open", tag = "call",
    responses((status = 200, body = Vec<CallRow>), Problems))]
pub(crate) async fn open_calls(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<CallRow>>> {
    let calls = yingke_app::call::open(&api.house, &staff).await?;
    let directory = api.house.directory();
    Ok(Json(
        calls
            .iter()
            .map(|c| call(&c.row, &c.buyer_name, &directory))
            .collect(),
    ))
}
