//! `PUT /api/v1/notice/notices/{notice}`

use super::view::{NoticeWords, for_caller};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::NoticeId;

/// Another wording of a notice.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NoticeCorrection {
    /// The wording that it takes the place of.
    pub revision: i64,
    /// What it says from now on.
    #[serde(flatten)]
    pub words: NoticeWords,
}

/// Corrects a notice: everybody confirms anew, the old wording is kept. 409 `notice_changed` if somebody was faster, `notice_over`.
#[utoipa::path(put, path = "/api/v1/notice/notices/{notice}", tag = "notice",
    params(("notice" = String, Path, description = "The notice")), request_body = NoticeCorrection,
    responses((status = 200, body = NoticeRow), Problems))]
pub(crate) async fn correct_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<NoticeId>,
    Json(body): Json<NoticeCorrection>,
) -> Answer<Json<NoticeRow>> {
    let words = body.words.read()?;
    let row = yingke_app::notice::correct(&api.house, &staff, id, body.revision, words).await?;
    Ok(Json(for_caller(&row, staff.person, &api.house)))
}
