//! `GET /api/v1/incident/incidents/{incident}`

use super::view::incident;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::IncidentRow;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::IncidentId;

/// A finding with what it was made of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentEvidence {
    /// The finding; `thread` and `seq` name the message that it begins with.
    pub incident: IncidentRow,
    /// What a sum of a month adds up, latest first; empty for all others.
    pub parts: Vec<IncidentRow>,
    /// Everything that people decided about it, first one first.
    pub decisions: Vec<IncidentDecided>,
}

/// A decision about a finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentDecided {
    /// `confirm waive appeal`.
    pub act: String,
    /// Name of who did.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Their reason, or what the agent says against it.
    pub words: String,
}

/// A finding down to its facts.
#[utoipa::path(get, path = "/api/v1/incident/incidents/{incident}", tag = "incident",
    params(("incident" = String, Path, description = "The finding")),
    responses((status = 200, body = IncidentEvidence), Problems))]
pub(crate) async fn incident_evidence(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<IncidentId>,
) -> Answer<Json<IncidentEvidence>> {
    let (row, parts) = yingke_app::incident::evidence(&api.house, &staff, id).await?;
    let decisions = yingke_app::incident::decisions(&api.house, &staff, id).await?;
    let directory = api.house.directory();
    let decisions = decisions.into_iter().map(|d| IncidentDecided {
        by: d
            .by
            .and_then(|p| directory.actor_name(p.0))
            .unwrap_or_default()
            .to_owned(),
        act: d.act,
        at: d.at.to_string(),
        words: d.words,
    });
    Ok(Json(IncidentEvidence {
        incident: incident(&row, &directory),
        parts: parts.iter().map(|i| incident(i, &directory)).collect(),
        decisions: decisions.collect(),
    }))
}
