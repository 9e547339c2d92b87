//! `GET /api/v1/bargain/requests`

use super::view::approval;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::ApprovalRow;
use axum::extract::State;

/// Requests that nobody has answered, oldest first.
#[utoipa::path(get, path = "/api/v1/bargain/requests", tag = "bargain",
    responses((status = 200, body = Vec<ApprovalRow>), Problems))]
pub(crate) async fn open_requests(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<ApprovalRow>>> {
    let rows = yingke_app::bargain::open_requests(&api.house, &staff).await?;
    let directory = api.house.directory();
    Ok(Json(rows.iter().map(|a| approval(a, &directory)).collect()))
}
