//! `PUT /api/v1/call/calls/{call}`

use super::view::{LogCall, call};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;
use yingke_kernel::CallId;

/// Writes a call anew; who talked, with whom and in which shop stays (R-CHANNEL-05). 409 `not_own_call`.
#[utoipa::path(put, path = "/api/v1/call/calls/{call}", tag = "call",
    params(("call" = String, Path, description = "The call")), request_body = LogCall,
    responses((status = 200, body = CallRow), Problems))]
pub(crate) async fn change_call(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<CallId>,
    Json(body): Json<LogCall>,
) -> Answer<Json<CallRow>> {
    let directory = api.house.directory();
    let row = yingke_app::call::change(&api.house, &staff, id, body.read(&directory)?).await?;
    Ok(Json(call(&row, "", &directory)))
}
