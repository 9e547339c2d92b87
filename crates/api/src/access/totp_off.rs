//! `POST /api/v1/access/me/totp/off`

use crate::access::recovery_codes::Password;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_app::access;

/// The own second factor off.
#[utoipa::path(post, path = "/api/v1/access/me/totp/off", tag = "access", request_body = Password,
    responses((status = 204), Problems))]
pub(crate) async fn totp_off(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Password>,
) -> Answer<StatusCode> {
    access::totp_off(&api.house, &staff, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
