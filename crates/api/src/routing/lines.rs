//! `GET /api/v1/routing/lines`

use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which shop.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LinesQuery {
    /// Code of the shop.
    pub shop: String,
}

/// How a line stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineNow {
    /// The line: `pre_sales in_sales after_sales rescue supervisor manager`, or one of the shop's own.
    pub line: String,
    /// The shop's Chinese name of it; empty = the built-in one.
    pub zh: String,
    /// The shop's English name of it.
    pub en: String,
    /// Not offered on the pages.
    pub hidden: bool,
    /// People seated there.
    pub seated: i64,
    /// People who take new buyers of it now.
    pub online: i64,
    /// Conversations of it that they could take on now.
    pub room: i64,
    /// Buyers who wait for it.
    pub waiting: i64,
    /// Seconds that one more would wait; null = nobody is there.
    pub wait_secs: Option<i64>,
}

/// The lines of a shop in rising authority, and how they stand (R-DESK-03, R-DESK-10).
#[utoipa::path(get, path = "/api/v1/routing/lines", tag = "routing", params(LinesQuery),
    responses((status = 200, body = Vec<LineNow>), Problems))]
pub(crate) async fn list_lines(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<LinesQuery>,
) -> Answer<Json<Vec<LineNow>>> {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let lines = yingke_app::routing::lines(&api.house, &staff, &query.shop)?;
    let lines = lines.into_iter().map(|now| LineNow {
        line: now.line.to_string(),
        zh: now.names.0,
        en: now.names.1,
        hidden: now.hidden,
        seated: whole(now.seated),
        online: whole(now.online),
        room: i64::from(now.room),
        waiting: whole(now.waiting),
        wait_secs: now.wait_secs,
    });
    Ok(Json(lines.collect()))
}
