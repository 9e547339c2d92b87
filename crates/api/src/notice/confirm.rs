//! `POST /api/v1/notice/notices/{notice}/confirm`

use super::view::for_caller;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::NoticeId;

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NoticeRead {
    /// The wording that was read.
    pub revision: i64,
}

/// The caller has read a notice that is for them (R-TEAM-03). 409 `notice_changed` if another wording is in force by now.
#[utoipa::path(post, path = "/api/v1/notice/notices/{notice}/confirm", tag = "notice",
    params(("notice" = String, Path, description = "The notice")), request_body = NoticeRead,
    responses((status = 200, body = NoticeRow), Problems))]
pub(crate) async fn confirm_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<NoticeId>,
    Json(body): Json<NoticeRead>,
) -> Answer<Json<NoticeRow>> {
    let row = yingke_app::notice::confirm(&api.house, &staff, id, body.revision).await?;
    Ok(Json(for_caller(&row, staff.person, &api.house)))
}
