//! `POST /api/v1/guard/read`

use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::guard::{Finding, reason};

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

/// What was found in a draft. Places are characters (Unicode scalar values), the end excluded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuardFinding {
    /// `R-SPEECH-03`; `SHOP` for a word of the shop's own.
    pub rule: String,
    /// `block`, `warn` or `hint`.
    pub severity: String,
    /// First character of the words.
    pub from: usize,
    /// First character after them.
    pub to: usize,
    /// Why, in words.
    pub reason: String,
    /// A better wording, for the buyer to read; null where none is known.
    pub better: Option<String>,
    /// First character of what the better wording takes the place of.
    pub take_from: usize,
    /// First character after that.
    pub take_to: usize,
}

/// The gravest finding first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuardReading {
    /// `clean`, `hint`, `warn` or `block`.
    pub verdict: String,
    /// What was found.
    pub findings: Vec<GuardFinding>,
}

fn finding(f: &Finding, lang: &str) -> GuardFinding {
    GuardFinding {
        rule: f.rule.to_owned(),
        severity: f.severity.as_str().to_owned(),
        from: f.from,
        to: f.to,
        reason: reason(f.reason, lang).unwrap_or(f.reason).to_owned(),
        better: f.better.clone(),
        take_from: f.take.0,
        take_to: f.take.1,
    }
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
        findings: reading.findings.iter().map(|f| finding(f, &body.lang)).collect(),
    }))
}
