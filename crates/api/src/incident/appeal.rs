//! `POST /api/v1/incident/incidents/{incident}/appeal`

use super::view::incident;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::IncidentRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::IncidentId;

/// What is wrong about a finding.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Appeal {
    /// In the agent's own words, 1 to 500 characters.
    pub words: String,
}

/// The person whom a confirmed finding is about disagrees (R-PAY-05). 409 `incident_not_confirmed`.
#[utoipa::path(post, path = "/api/v1/incident/incidents/{incident}/appeal", tag = "incident",
    params(("incident" = String, Path, description = "The finding")), request_body = Appeal,
    responses((status = 200, body = IncidentRow), Problems))]
pub(crate) async fn appeal_incident(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<IncidentId>,
    Json(body): Json<Appeal>,
) -> Answer<Json<IncidentRow>> {
    let row = yingke_app::incident::appeal(&api.house, &staff, id, &body.words).await?;
    Ok(Json(incident(&row, &api.house.directory())))
}
