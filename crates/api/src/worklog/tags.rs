//! `GET /api/v1/worklog/tags`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A tag of the work log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklogTag {
    /// The tag.
    pub tag: String,
    /// How often it was given.
    pub count: i64,
}

/// Tags of the caller's shops, the most used first, 50 at most.
#[utoipa::path(get, path = "/api/v1/worklog/tags", tag = "worklog",
    responses((status = 200, body = Vec<WorklogTag>), Problems))]
pub(crate) async fn worklog_tags(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<WorklogTag>>> {
    let tags = yingke_app::worklog::tags(&api.house, &staff).await?;
    let tag = |(tag, count)| WorklogTag { tag, count };
    Ok(Json(tags.into_iter().map(tag).collect()))
}
