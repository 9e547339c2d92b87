//! `POST /api/v1/access/sign-out`

use crate::access::session;
use crate::http::{Api, Desk};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use yingke_domain::presence::State as Presence;

/// Ends the session; its sockets are closed.
#[utoipa::path(post, path = "/api/v1/access/sign-out", tag = "access", responses((status = 204), Problems))]
pub(crate) async fn sign_out(State(api): State<Api>, Desk(staff): Desk) -> Answer<impl IntoResponse> {
    yingke_app::access::sign_out(&api.house, &staff).await?;
    if !api.hub.end_session(staff.person, &staff.session) {
        // Whoever leaves their last desk is not there any more: their buyers do not wait for a lease to run out.
        let cause = "signed_out";
        yingke_app::presence::leave(&api.house, staff.person, Presence::Offline, cause).await?;
        api.hub.presence_changed(staff.person);
    }
    Ok((StatusCode::NO_CONTENT, session::cookie_gone(&api)))
}
