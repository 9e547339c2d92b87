//! `POST /api/v1/phrase/phrases/{phrase}/use`

use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_kernel::PhraseId;

/// Where it was sent.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PhraseUse {
    /// The thread.
    pub thread: String,
    /// Sequence of the message that was made of it (of its `ack`); of the words, when pictures follow.
    pub seq: i64,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseUsed {
    /// False when this message was counted before.
    pub counted: bool,
}

/// Says that a message of one's own was made of a phrase. A message counts once, however often this is said.
#[utoipa::path(post, path = "/api/v1/phrase/phrases/{phrase}/use", tag = "phrase",
    params(("phrase" = String, Path, description = "The phrase")), request_body = PhraseUse,
    responses((status = 200, body = PhraseUsed), Problems))]
pub(crate) async fn use_phrase(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(phrase): Id<PhraseId>,
    Json(body): Json<PhraseUse>,
) -> Answer<Json<PhraseUsed>> {
    let thread = parse_id(&body.thread, "thread")?;
    let counted = yingke_app::phrase::record_use(&api.house, &staff, phrase, thread, body.seq).await?;
    Ok(Json(PhraseUsed { counted }))
}
