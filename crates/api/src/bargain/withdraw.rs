//! `DELETE /api/v1/bargain/requests/{request}`

use super::view::approval;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::ApprovalRow;
use axum::extract::State;
use yingke_kernel::ApprovalId;

/// Withdraws an own request. 409 `request_settled`.
#[utoipa::path(delete, path = "/api/v1/bargain/requests/{request}", tag = "bargain",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, body = ApprovalRow), Problems))]
pub(crate) async fn withdraw_request(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<ApprovalId>,
) -> Answer<Json<ApprovalRow>> {
    let row = yingke_app::bargain::withdraw(&api.house, &staff, id).await?;
    Ok(Json(approval(&row, &api.house.directory())))
}
