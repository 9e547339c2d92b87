//! `GET /api/v1/worklog/entries/{entry}`

use super::view::{WorklogEntry, WorklogSaid, entry};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::WorklogId;

/// What an entry said until a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklogPast {
    /// When it was changed, RFC 3339.
    pub until: String,
    /// What it said.
    pub said: WorklogSaid,
}

/// An entry with its past.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklogWhole {
    /// The entry.
    pub entry: WorklogEntry,
    /// What it said before each change, oldest first.
    pub past: Vec<WorklogPast>,
}

/// An entry of the work log with its past.
#[utoipa::path(get, path = "/api/v1/worklog/entries/{entry}", tag = "worklog",
    params(("entry" = String, Path, description = "The entry")),
    responses((status = 200, body = WorklogWhole), Problems))]
pub(crate) async fn show_worklog(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<WorklogId>,
) -> Answer<Json<WorklogWhole>> {
    let (row, past) = yingke_app::worklog::get(&api.house, &staff, id).await?;
    Ok(Json(WorklogWhole {
        entry: entry(&row, &api.house.directory()),
        past: past
            .into_iter()
            .map(|(at, said)| WorklogPast {
                until: at.to_string(),
                said: WorklogSaid::of(said),
            })
            .collect(),
    }))
}
