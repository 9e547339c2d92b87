//! `POST /api/v1/access/sign-out`

use crate::access::session;
use crate::http::{Api, Desk};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

/// Ends the session; its sockets are closed.
#[utoipa::path(post, path = "/api/v1/access/sign-out", tag = "access", responses((status = 204), Problems))]
pub(crate) async fn sign_out(State(api): State<Api>, Desk(staff): Desk) -> Answer<impl IntoResponse> {
    yingke_app::access::sign_out(&api.house, &staff).await?;
    api.hub.end_session(staff.person, &staff.session);
    Ok((StatusCode::NO_CONTENT, session::cookie_gone(&api)))
}
