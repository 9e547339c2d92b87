//! `POST /api/v1/abuse/threads/{thread}/reports`

use super::view::{ReportView, report};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// A report.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReportWords {
    /// To whom: a platform, the police.
    pub place: String,
    /// The number of the case there; may be empty.
    #[serde(default)]
    pub number: String,
}

/// Records that a buyer's words were reported (R-DESK-12). 400 `place_missing`.
#[utoipa::path(post, path = "/api/v1/abuse/threads/{thread}/reports", tag = "abuse",
    params(("thread" = String, Path, description = "The thread")), request_body = ReportWords,
    responses((status = 200, body = ReportView), Problems))]
pub(crate) async fn report_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<ReportWords>,
) -> Answer<Json<ReportView>> {
    let row = yingke_app::abuse::report(&api.house, &staff, thread, &body.place, &body.number).await?;
    Ok(Json(report(&row, None, &api.house.directory())))
}
