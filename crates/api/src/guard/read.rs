//! `POST /api/v1/guard/read`

use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::GuardFinding;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A draft.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Draft {
    /// The thread that it is written in.
    pub thread: String,
    /// The words.
    pub text: String,
    /// Language of the reasons: `zh-CN` (also when absent) or `en`.
    #[serde(default)]
    pub lang: String,
}

/// The gravest finding first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuardReading {
    /// `clean`, `hint`, `warn` or `block`.
    pub verdict: String,
    /// What was found.
    pub findings: Vec<GuardFinding>,
}

/// Reads a draft by the rules of wording (R-SPEECH-01..19) with what is known of its buyer. Stores nothing.
#[utoipa::path(post, path = "/api/v1/guard/read", tag = "guard", request_body = Draft,
    responses((status = 200, body = GuardReading), Problems))]
pub(crate) async fn read_draft(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Draft>,
) -> Answer<Json<GuardReading>> {
    let thread = parse_id(&body.thread, "thread")?;
    let reading = yingke_app::guard::read(&api.house, &staff, thread, &body.text).await?;
    Ok(Json(GuardReading {
        verdict: reading.verdict.as_str().to_owned(),
        findings: GuardFinding::all(&reading, &body.lang),
    }))
}
