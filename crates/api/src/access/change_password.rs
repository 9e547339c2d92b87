//! `POST /api/v1/access/me/password`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::access;

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangePassword {
    /// The password as it is.
    pub old: String,
    /// At least 10 characters.
    pub new: String,
}

/// Another password for oneself; all other sessions end.
#[utoipa::path(post, path = "/api/v1/access/me/password", tag = "access", request_body = ChangePassword,
    responses((status = 204), Problems))]
pub(crate) async fn change_password(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<ChangePassword>,
) -> Answer<StatusCode> {
    let others = access::change_password(&api.house, &staff, &body.old, &body.new).await?;
    api.hub.end_sessions(staff.person, &others);
    Ok(StatusCode::NO_CONTENT)
}
