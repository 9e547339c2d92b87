//! `POST /api/v1/access/me/totp/confirm`

use crate::access::recovery_codes::RecoveryCodes;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::access;

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Code {
    /// Six digits.
    pub code: String,
}

/// The first code: from now on one is asked for.
#[utoipa::path(post, path = "/api/v1/access/me/totp/confirm", tag = "access", request_body = Code,
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn confirm_totp(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Code>,
) -> Answer<Json<RecoveryCodes>> {
    let codes = access::confirm_totp(&api.house, &staff, &body.code).await?;
    Ok(Json(RecoveryCodes { codes }))
}
