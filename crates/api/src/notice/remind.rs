//! `POST /api/v1/notice/notices/{notice}/remind`

use super::view::for_caller;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use yingke_kernel::NoticeId;

/// Reminds whoever has not confirmed it, once for each wording. 409 `notice_reminded`, `notice_over`.
#[utoipa::path(post, path = "/api/v1/notice/notices/{notice}/remind", tag = "notice",
    params(("notice" = String, Path, description = "The notice")),
    responses((status = 200, body = NoticeRow), Problems))]
pub(crate) async fn remind_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<NoticeId>,
) -> Answer<Json<NoticeRow>> {
    let row = yingke_app::notice::remind(&api.house, &staff, id).await?;
    Ok(Json(for_caller(&row, staff.person, &api.house)))
}
