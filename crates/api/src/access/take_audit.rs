//! `POST /api/v1/access/audit/export`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::Problem;

/// What was taken along of the trail.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AuditTaken {
    /// Lines of the file.
    pub lines: i64,
    /// First day, `YYYY-MM-DD`; empty = from the beginning.
    #[serde(default)]
    pub from: String,
    /// Last day; empty = to now.
    #[serde(default)]
    pub to: String,
}

/// Leaves a line on the trail that lines of it were taken along as a table; the page writes the table, in the reader's language, of
/// what it reads with `GET /api/v1/access/audit`.
#[utoipa::path(post, path = "/api/v1/access/audit/export", tag = "access", request_body = AuditTaken,
    responses((status = 204, description = "On the trail"), Problems))]
pub(crate) async fn take_audit(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(taken): Json<AuditTaken>,
) -> Answer<StatusCode> {
    let is_day = |text: &str| {
        text.is_empty() || (text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    };
    if taken.lines < 0 || !is_day(&taken.from) || !is_day(&taken.to) {
        let detail = "lines is a number from 0 on, from and to are days like 2026-10-21 or empty";
        return Err(Problem::invalid("bad_field", detail).into());
    }
    let days = format!("{} – {}", taken.from, taken.to);
    let of = if taken.from.is_empty() && taken.to.is_empty() {
        String::new()
    } else {
        days
    };
    yingke_app::access::audit_exported(&api.house, &staff, taken.lines, of).await?;
    Ok(StatusCode::NO_CONTENT)
}
