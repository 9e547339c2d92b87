//! `DELETE /api/v1/access/me/sessions`

use crate::access::end_sessions::EndQuery;
use crate::http::{Api, Desk, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_app::access;

/// Ends one of one's own sessions, or all others. Their sockets close.
#[utoipa::path(delete, path = "/api/v1/access/me/sessions", tag = "access", params(EndQuery), responses((status = 204), Problems))]
pub(crate) async fn end_own_sessions(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<EndQuery>,
) -> Answer<StatusCode> {
    let ended = access::end_sessions(&api.house, &staff, staff.person, query.session.as_deref()).await?;
    api.hub.end_sessions(staff.person, &ended);
    Ok(StatusCode::NO_CONTENT)
}
