//! `POST /api/v1/call/calls`

use super::view::{LogCall, call};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;

/// Logs a call (R-CHANNEL-05). 400 `call_with_nobody`, `nothing_agreed`, `not_spoken`, `no_chat`, `call_ahead`, `bad_phone`.
#[utoipa::path(post, path = "/api/v1/call/calls", tag = "call", request_body = LogCall,
    responses((status = 200, body = CallRow), Problems))]
pub(crate) async fn log_call(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<LogCall>,
) -> Answer<Json<CallRow>> {
    let directory = api.house.directory();
    let row = yingke_app::call::log(&api.house, &staff, body.read(&directory)?).await?;
    Ok(Json(call(&row, "", &directory)))
}
