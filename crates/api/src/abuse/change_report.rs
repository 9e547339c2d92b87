//! `PUT /api/v1/abuse/reports/{report}`

use super::view::{ReportView, report};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ReportId;

/// What is known of a report now.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReportChange {
    /// To whom.
    pub place: String,
    /// The number of the case there.
    #[serde(default)]
    pub number: String,
    /// What came of it.
    #[serde(default)]
    pub outcome: String,
}

/// Writes where it was reported, under which number, and what came of it (R-DESK-12).
#[utoipa::path(put, path = "/api/v1/abuse/reports/{report}", tag = "abuse",
    params(("report" = String, Path, description = "The report")), request_body = ReportChange,
    responses((status = 200, body = ReportView), Problems))]
pub(crate) async fn change_report(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<ReportId>,
    Json(body): Json<ReportChange>,
) -> Answer<Json<ReportView>> {
    let ReportChange {
        place,
        number,
        outcome,
    } = body;
    let row = yingke_app::abuse::change_report(&api.house, &staff, id, &place, &number, &outcome).await?;
    Ok(Json(report(&row, None, &api.house.directory())))
}
