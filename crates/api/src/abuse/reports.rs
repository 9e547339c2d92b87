//! `GET /api/v1/abuse/reports`

use super::view::{ReportView, report};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// What was reported, latest first (R-DESK-12).
#[utoipa::path(get, path = "/api/v1/abuse/reports", tag = "abuse",
    responses((status = 200, body = Vec<ReportView>), Problems))]
pub(crate) async fn list_reports(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<ReportView>>> {
    let rows = yingke_app::abuse::reports(&api.house, &staff).await?;
    let directory = api.house.directory();
    Ok(Json(
        rows.into_iter()
            .map(|r| report(&r.row, Some(r.buyer_name), &directory))
            .collect(),
    ))
}
