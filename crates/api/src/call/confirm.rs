//! `POST /api/v1/call/calls/{call}/confirm`

use super::view::call;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::CallId;

/// The message that says what was agreed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConfirmCall {
    /// Its sequence in the buyer's chat.
    pub seq: i64,
}

/// What was agreed stands in the chat now (R-CHANNEL-05). 409 `call_settled`, 400 `message_unknown`.
#[utoipa::path(post, path = "/api/v1/call/calls/{call}/confirm", tag = "call",
    params(("call" = String, Path, description = "The call")), request_body = ConfirmCall,
    responses((status = 200, body = CallRow), Problems))]
pub(crate) async fn confirm_call(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<CallId>,
    Json(body): Json<ConfirmCall>,
) -> Answer<Json<CallRow>> {
    let row = yingke_app::call::confirm(&api.house, &staff, id, body.seq).await?;
    Ok(Json(call(&row, "", &api.house.directory())))
}
