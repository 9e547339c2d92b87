//! `DELETE /api/v1/access/people/{person}/sessions`

use crate::http::{Api, Desk, Id, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::access;
use yingke_kernel::PersonId;

/// Which sessions end.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EndQuery {
    /// This one; absent = all but the one that asks.
    pub session: Option<String>,
}

/// Ends a session of somebody one may change, or all. Their sockets close.
#[utoipa::path(delete, path = "/api/v1/access/people/{person}/sessions", tag = "access",
    params(("person" = String, Path, description = "The person"), EndQuery), responses((status = 204), Problems))]
pub(crate) async fn end_sessions(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Params(query): Params<EndQuery>,
) -> Answer<StatusCode> {
    let ended = access::end_sessions(&api.house, &staff, person, query.session.as_deref()).await?;
    api.hub.end_sessions(person, &ended);
    Ok(StatusCode::NO_CONTENT)
}
