//! `GET /api/v1/incident/incidents/{incident}`

use super::view::incident;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::IncidentRow;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_domain::escalation::Way;
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
    /// R-DESK-13: how the buyer was passed on in this wait, and when somebody asked upward, first one first; empty for all others.
    pub steps: Vec<IncidentStep>,
}

/// One step of how a buyer was passed on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentStep {
    /// Its place in the thread.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Name of who did.
    pub by: String,
    /// Name of who got it; null = a queue, or whoever answers requests.
    pub to: Option<String>,
    /// To the queue of this line.
    pub line: Option<String>,
    /// `peer line known down handover promised`: how it was given out of hand; `up`: handed up, or asked upward.
    pub way: String,
    /// Seconds for which they had held the open question; 0 for whoever asked upward and kept it.
    pub held_secs: i64,
    /// What they wrote to whoever got it.
    pub note: String,
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
    let steps = yingke_app::incident::steps(&api.house, &staff, &row).await?;
    let directory = api.house.directory();
    let name = |id| directory.actor_name(id).unwrap_or_default().to_owned();
    let steps = steps.into_iter().map(|s| IncidentStep {
        seq: s.seq,
        at: s.at.to_string(),
        by: name(s.by),
        to: s.to.map(name),
        line: s.line,
        way: s.way.unwrap_or(Way::Up).as_str().to_owned(),
        held_secs: s.held_secs,
        note: s.note,
    });
    let steps = steps.collect();
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
        steps,
    }))
}
