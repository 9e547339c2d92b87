//! `GET /api/v1/notice/notices/{notice}`

use super::view::for_caller;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::{NoticeRow, PersonRef};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::{NoticeId, PersonId};

/// One wording of a notice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeWording {
    /// Its number, from 1.
    pub revision: i64,
    /// The title.
    pub title: String,
    /// The words.
    pub text: String,
    /// To be confirmed before the first conversation of a shift.
    pub urgent: bool,
    /// Name of who wrote it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
}

/// Somebody confirmed a wording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeConfirmation {
    /// Who.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Which wording.
    pub revision: i64,
    /// When, RFC 3339.
    pub at: String,
}

/// A notice with everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    /// The notice.
    pub notice: NoticeRow,
    /// All its wordings, first one first.
    pub wordings: Vec<NoticeWording>,
    /// Who confirmed which wording, in order of time; only the caller's own for whoever does not post.
    pub confirmations: Vec<NoticeConfirmation>,
    /// For whom it is and who has not confirmed the wording in force; empty for whoever does not post.
    pub unread: Vec<PersonRef>,
}

/// One notice: its wordings, who has confirmed it and who has not.
#[utoipa::path(get, path = "/api/v1/notice/notices/{notice}", tag = "notice",
    params(("notice" = String, Path, description = "The notice")),
    responses((status = 200, body = NoticeView), Problems))]
pub(crate) async fn show_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<NoticeId>,
) -> Answer<Json<NoticeView>> {
    let shown = yingke_app::notice::show(&api.house, &staff, id).await?;
    let directory = api.house.directory();
    let name = |id: PersonId| directory.actor_name(id.0).unwrap_or_default().to_owned();
    let wordings = shown.wordings.into_iter().map(|w| NoticeWording {
        revision: w.revision,
        title: w.title,
        text: w.text,
        urgent: w.urgent,
        by: name(w.person),
        at: w.at.to_string(),
    });
    let confirmations = shown.confirmations.iter();
    let confirmations = confirmations.map(|(person, revision, at)| NoticeConfirmation {
        person: person.to_string(),
        name: name(*person),
        revision: *revision,
        at: at.to_string(),
    });
    let unread = shown.readers.iter();
    let unread = unread.filter(|p| shown.notice.confirmed(**p).is_none());
    Ok(Json(NoticeView {
        notice: for_caller(&shown.notice, staff.person, &api.house),
        wordings: wordings.collect(),
        confirmations: confirmations.collect(),
        unread: unread
            .map(|p| PersonRef {
                person: p.to_string(),
                name: name(*p),
            })
            .collect(),
    }))
}
