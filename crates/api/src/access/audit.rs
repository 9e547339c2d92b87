//! `GET /api/v1/access/audit`

use crate::access::session::browser;
use crate::http::{Api, Desk, Json, Params, parse_id, parse_time};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::access::AuditFilter;
use yingke_kernel::{AuditId, Problem};

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
    /// By this person only.
    pub person: Option<String>,
    /// This act (`person.invite`), or with a dot at its end all of that kind (`person.`).
    pub act: Option<String>,
    /// About this only: an id.
    pub subject: Option<String>,
    /// Not before this time, RFC 3339.
    pub from: Option<String>,
    /// Before this time, RFC 3339.
    pub to: Option<String>,
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, Problem> {
        let at = |text: &Option<String>, name| text.as_deref().map(|text| parse_time(text, name)).transpose();
        let before = self
            .before
            .as_deref()
            .map(|text| parse_id(text, "before"))
            .transpose()?;
        let mut filter = AuditFilter::before(before.unwrap_or(AuditId(uuid::Uuid::max())));
        filter.person = self
            .person
            .as_deref()
            .map(|text| parse_id(text, "person"))
            .transpose()?;
        filter.act = self.act.clone().unwrap_or_default();
        if !filter
            .act
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_')
        {
            return Err(Problem::invalid(
                "bad_field",
                "act is small letters, like person.invite",
            ));
        }
        filter.subject = self.subject.clone().unwrap_or_default();
        filter.from = at(&self.from, "from")?.unwrap_or(filter.from);
        filter.to = at(&self.to, "to")?.unwrap_or(filter.to);
        Ok(filter)
    }
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
    /// To what: an id, or a shop's code, or a file's name.
    pub subject: String,
    /// Name of the person, buyer, article or shop that the subject is, or the order's number; null where there is none.
    pub subject_name: Option<String>,
    /// Details. Of a conversation that changes hands, JSON with `from`, one of `to`, `line` and `queue`, and `note`; of a person, JSON
    /// with each changed field, before and after.
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
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let rows = yingke_app::access::audit(&api.house, &staff, query.filter()?, limit).await?;
    let directory = api.house.directory();
    let next = if rows.len() as i64 == limit {
        rows.last().map(|line| line.row.id.to_string())
    } else {
        None
    };
    let lines = rows
        .into_iter()
        .map(|yingke_app::access::AuditLine { row, subject_name }| AuditLine {
            id: row.id.to_string(),
            at: row.at.to_string(),
            person_name: row
                .person
                .and_then(|p| directory.actor_name(p.0).map(str::to_owned)),
            // What a browser calls itself is for machines.
            detail: match row.act.as_str() {
                "access.sign_in" | "access.link" => browser(&row.detail),
                _ => row.detail,
            },
            act: row.act,
            subject: row.subject,
            subject_name,
        })
        .collect();
    Ok(Json(AuditPage { lines, next }))
}
