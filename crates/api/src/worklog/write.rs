//! `POST /api/v1/worklog/entries`

use super::view::{WorklogEntry, WorklogSaid, entry};
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::Problem;

/// A new entry.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewWorklogEntry {
    /// Shop code.
    pub shop: String,
    /// The thread that it is about.
    #[serde(default)]
    pub thread: Option<String>,
    /// The entry of the thread.
    #[serde(default)]
    pub seq: i64,
    /// What it says.
    #[serde(flatten)]
    pub said: WorklogSaid,
}

/// Writes an entry of the work log (R-DESK-15).
#[utoipa::path(post, path = "/api/v1/worklog/entries", tag = "worklog", request_body = NewWorklogEntry,
    responses((status = 201, body = WorklogEntry), Problems))]
pub(crate) async fn write_worklog(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewWorklogEntry>,
) -> Answer<(StatusCode, Json<WorklogEntry>)> {
    let directory = api.house.directory();
    let shop = directory
        .shop_by_code(&body.shop)
        .ok_or_else(|| Problem::not_found("shop"))?
        .id;
    let thread = match body.thread.as_deref() {
        Some(id) => Some((parse_id(id, "thread")?, body.seq)),
        None => None,
    };
    let row = yingke_app::worklog::write(&api.house, &staff, shop, thread, body.said.read()?).await?;
    Ok((StatusCode::CREATED, Json(entry(&row, &directory))))
}
