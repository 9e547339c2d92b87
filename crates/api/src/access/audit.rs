//! `GET /api/v1/access/audit`

use crate::http::{Api, Desk, Json, Params, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Lines of a page at most.
const PAGE: i64 = 200;

/// Where the page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// `next` of the page before.
    pub before: Option<String>,
    /// Lines, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A line of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLine {
    /// The line.
    pub id: String,
    /// When, RFC 3339.
    pub at: String,
    /// Who; null = the house itself.
    pub person_name: Option<String>,
    /// What was done: `person.invite`, `conversation.transfer`, …
    pub act: String,
    /// To what.
    pub subject: String,
    /// Details.
    pub detail: String,
}

/// A page of the audit trail, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// The audit trail (R-TEAM-02).
#[utoipa::path(get, path = "/api/v1/access/audit", tag = "access", params(AuditQuery),
    responses((status = 200, body = AuditPage), Problems))]
pub(crate) async fn audit(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<AuditQuery>,
) -> Answer<Json<AuditPage>> {
    let before = query
        .before
        .as_deref()
        .map(|text| parse_id(text, "before"))
        .transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let rows = yingke_app::access::audit(&api.house, &staff, before, limit).await?;
    let directory = api.house.directory();
    let next = if rows.len() as i64 == limit {
        rows.last().map(|row| row.id.to_string())
    } else {
        None
    };
    let lines = rows
        .into_iter()
        .map(|row| AuditLine {
            id: row.id.to_string(),
            at: row.at.to_string(),
            person_name: row
                .person
                .and_then(|p| directory.actor_name(p.0).map(str::to_owned)),
            act: row.act,
            subject: row.subject,
            detail: row.detail,
        })
        .collect();
    Ok(Json(AuditPage { lines, next }))
}
