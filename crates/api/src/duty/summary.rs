//! `GET /api/v1/duty/summary`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Where today's list of a shop stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutySummary {
    /// Shop code.
    pub shop: String,
    /// Shop name.
    pub shop_name: String,
    /// `opening` or `early`.
    pub list: String,
    /// The shop's day.
    pub day: String,
    /// When it is to be ticked off, RFC 3339.
    pub due_at: String,
    /// Lines without a tick.
    pub open: i64,
    /// Lines seen to.
    pub done: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// The hour is over and lines are open.
    pub late: bool,
}

/// Where today's lists of the caller's shops stand.
#[utoipa::path(get, path = "/api/v1/duty/summary", tag = "duty",
    responses((status = 200, body = Vec<DutySummary>), Problems))]
pub(crate) async fn duty_summary(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<DutySummary>>> {
    let all = yingke_app::duty::summary(&api.house, &staff).await?;
    let directory = api.house.directory();
    let shown = all.into_iter().filter_map(|s| {
        let shop = directory.shop(s.shop)?;
        Some(DutySummary {
            shop: shop.code.clone(),
            shop_name: shop.name.clone(),
            list: s.list.as_str().to_owned(),
            day: s.day.to_string(),
            due_at: s.due.to_string(),
            open: s.open,
            done: s.done,
            skipped: s.skipped,
            late: s.late,
        })
    });
    Ok(Json(shown.collect()))
}
