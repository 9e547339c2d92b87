//! `DELETE /api/v1/notice/notices/{notice}`

use super::view::for_caller;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use yingke_kernel::NoticeId;

/// Withdraws a notice; it stays among the old ones. 409 `notice_over`.
#[utoipa::path(delete, path = "/api/v1/notice/notices/{notice}", tag = "notice",
    params(("notice" = String, Path, description = "The notice")),
    responses((status = 200, body = NoticeRow), Problems))]
pub(crate) async fn withdraw_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<NoticeId>,
) -> Answer<Json<NoticeRow>> {
    let row = yingke_app::notice::withdraw(&api.house, &staff, id).await?;
    Ok(Json(for_caller(&row, staff.person, &api.house)))
}
