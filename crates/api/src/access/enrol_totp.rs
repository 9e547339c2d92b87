//! `POST /api/v1/access/me/totp`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::access;

/// What is needed to set an authenticator up; shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Enrolment {
    /// The secret in base 32.
    pub secret: String,
    /// The `otpauth://` address.
    pub uri: String,
    /// The address as a picture, SVG text.
    pub qr: String,
}

/// Begins to set up a second factor; in force once a code was confirmed.
#[utoipa::path(post, path = "/api/v1/access/me/totp", tag = "access", responses((status = 200, body = Enrolment), Problems))]
pub(crate) async fn enrol_totp(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Enrolment>> {
    let begun = access::enrol(&api.house, &staff).await?;
    Ok(Json(Enrolment {
        secret: begun.secret,
        uri: begun.uri,
        qr: begun.qr,
    }))
}
