//! `GET /api/v1/goal/goals`

use super::view::{GoalQuery, GoalRow, goal};
use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// All goals of a shop (R-TEAM-01), for whoever sets them.
#[utoipa::path(get, path = "/api/v1/goal/goals", tag = "goal", params(GoalQuery),
    responses((status = 200, body = Vec<GoalRow>), Problems))]
pub(crate) async fn goals(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<GoalQuery>,
) -> Answer<Json<Vec<GoalRow>>> {
    let all = yingke_app::goal::goals(&api.house, &staff, &query.shop).await?;
    Ok(Json(all.iter().map(goal).collect()))
}
