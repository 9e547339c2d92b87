//! `POST /api/v1/abuse/threads/{thread}/marks`

use super::view::mark;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::MarkRow;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_domain::abuse::Sort;
use yingke_kernel::ThreadId;

/// What is wrong with the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AbuseSort {
    /// Insults, threats, obscenity.
    Harassing,
    /// Has nothing to do with the shop.
    Irrelevant,
    /// Means harm.
    Malicious,
}

/// Words that are held to be abuse.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MarkWords {
    /// The buyer's message; absent = all that they wrote in the last conversation.
    #[serde(default)]
    pub seq: Option<i64>,
    /// What is wrong with them.
    pub sort: AbuseSort,
    /// Why, in own words; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// The proposal, and the one polite answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkDone {
    /// The mark.
    pub mark: MarkRow,
    /// Words for the draft; null = they were given in this conversation already.
    pub answer: Option<String>,
    /// When they were given, RFC 3339.
    pub answered_at: Option<String>,
}

/// Proposes words to be abuse (R-DESK-12). 409 `marked_already`, `mark_imported`.
#[utoipa::path(post, path = "/api/v1/abuse/threads/{thread}/marks", tag = "abuse",
    params(("thread" = String, Path, description = "The thread")), request_body = MarkWords,
    responses((status = 200, body = MarkDone), Problems))]
pub(crate) async fn mark_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<MarkWords>,
) -> Answer<Json<MarkDone>> {
    let sort = match body.sort {
        AbuseSort::Harassing => Sort::Harassing,
        AbuseSort::Irrelevant => Sort::Irrelevant,
        AbuseSort::Malicious => Sort::Malicious,
    };
    let done = yingke_app::abuse::propose(&api.house, &staff, thread, body.seq, sort, &body.reason).await?;
    Ok(Json(MarkDone {
        mark: mark(&done.mark, &api.house.directory()),
        answer: done.answer,
        answered_at: done.answered_at.map(|at| at.to_string()),
    }))
}
