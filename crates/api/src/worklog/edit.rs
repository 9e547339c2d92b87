//! `PATCH /api/v1/worklog/entries/{entry}`

use super::view::{WorklogEntry, WorklogSaid, entry};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::WorklogId;

/// An entry as it shall be.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WorklogChange {
    /// The one that the caller began from.
    pub rev: i64,
    /// What it says now.
    #[serde(flatten)]
    pub said: WorklogSaid,
}

/// Changes one's own entry; what it said before is kept. 409 `not_writer`, `entry_changed`, `entry_erased`.
#[utoipa::path(patch, path = "/api/v1/worklog/entries/{entry}", tag = "worklog",
    params(("entry" = String, Path, description = "The entry")), request_body = WorklogChange,
    responses((status = 200, body = WorklogEntry), Problems))]
pub(crate) async fn edit_worklog(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<WorklogId>,
    Json(body): Json<WorklogChange>,
) -> Answer<Json<WorklogEntry>> {
    let row = yingke_app::worklog::edit(&api.house, &staff, id, body.rev, body.said.read()?).await?;
    Ok(Json(entry(&row, &api.house.directory())))
}
