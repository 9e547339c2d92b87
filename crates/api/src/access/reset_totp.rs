//! `DELETE /api/v1/access/people/{person}/totp`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_app::access;
use yingke_kernel::PersonId;

/// Somebody else's second factor off, for a lost phone (owners).
#[utoipa::path(delete, path = "/api/v1/access/people/{person}/totp", tag = "access", params(("person" = String, Path, description = "The person")),
    responses((status = 204), Problems))]
pub(crate) async fn reset_totp(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
) -> Answer<StatusCode> {
    access::reset_totp(&api.house, &staff, person).await?;
    Ok(StatusCode::NO_CONTENT)
}
