//! `POST /api/v1/access/me/recovery-codes`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::access;

/// One's password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Password {
    /// The password.
    pub password: String,
}

/// Recovery codes; shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each signs in once in the place of a code.
    pub codes: Vec<String>,
}

/// New recovery codes in the place of the old ones.
#[utoipa::path(post, path = "/api/v1/access/me/recovery-codes", tag = "access", request_body = Password,
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn recovery_codes(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Password>,
) -> Answer<Json<RecoveryCodes>> {
    let codes = access::new_recovery_codes(&api.house, &staff, &body.password).await?;
    Ok(Json(RecoveryCodes { codes }))
}
