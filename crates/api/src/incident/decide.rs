//! `POST /api/v1/incident/decide`

use super::view::incident;
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::IncidentRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_domain::incident::Decision;
use yingke_kernel::IncidentId;

/// What is decided.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// They count.
    Confirm,
    /// They count for nothing.
    Waive,
}

/// A decision about some findings: about all of them, or about none.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct IncidentDecision {
    /// The findings, 1 to 200.
    pub incidents: Vec<String>,
    /// What is decided.
    pub decision: Verdict,
    /// Why; needed to waive.
    #[serde(default)]
    pub reason: String,
}

/// Confirms findings or waives them (R-FINE-01). 409 `incident_running`, `incident_decided`; 403 `own_incident`.
#[utoipa::path(post, path = "/api/v1/incident/decide", tag = "incident", request_body = IncidentDecision,
    responses((status = 200, body = Vec<IncidentRow>), Problems))]
pub(crate) async fn decide_incidents(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<IncidentDecision>,
) -> Answer<Json<Vec<IncidentRow>>> {
    let ids = body
        .incidents
        .iter()
        .map(|text| parse_id(text, "incidents"))
        .collect::<Result<Vec<IncidentId>, _>>()?;
    let decision = match body.decision {
        Verdict::Confirm => Decision::Confirm,
        Verdict::Waive => Decision::Waive,
    };
    let decided = yingke_app::incident::decide(&api.house, &staff, ids, decision, &body.reason).await?;
    let directory = api.house.directory();
    Ok(Json(decided.iter().map(|i| incident(i, &directory)).collect()))
}
