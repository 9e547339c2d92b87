//! `POST /api/v1/conversation/mentions/seen`

use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// Which thread was looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SeenMentions {
    /// The thread.
    pub thread: String,
}

/// The caller has seen the notes of a thread that name them.
#[utoipa::path(post, path = "/api/v1/conversation/mentions/seen", tag = "conversation", request_body = SeenMentions,
    responses((status = 204, description = "Noted"), Problems))]
pub(crate) async fn mentions_seen(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<SeenMentions>,
) -> Answer<StatusCode> {
    let thread = parse_id(&body.thread, "thread")?;
    yingke_app::conversation::see_mentions(&api.house, &staff, thread).await?;
    Ok(StatusCode::NO_CONTENT)
}
