//! `POST /api/v1/bargain/threads/{thread}/step`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_domain::bargain::Step;
use yingke_kernel::{Problem, ThreadId};

/// Which words were said.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct LadderStep {
    /// `lowest freight apply activity second gift`.
    pub step: String,
}

/// Words for the draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LadderWords {
    /// The shop's best phrase of the step, variables filled in; null = it has none.
    pub words: Option<String>,
}

/// Takes a step of the ladder and gives its words (R-BARGAIN-03).
#[utoipa::path(post, path = "/api/v1/bargain/threads/{thread}/step", tag = "bargain",
    params(("thread" = String, Path, description = "The thread")), request_body = LadderStep,
    responses((status = 200, body = LadderWords), Problems))]
pub(crate) async fn try_step(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<LadderStep>,
) -> Answer<Json<LadderWords>> {
    let step = Step::parse(&body.step).ok_or_else(|| {
        let known: Vec<_> = Step::ALL.iter().map(|s| s.as_str()).collect();
        Problem::invalid("bad_field", format!("step is one of {}", known.join(", ")))
    })?;
    let words = yingke_app::bargain::try_step(&api.house, &staff, thread, step).await?;
    Ok(Json(LadderWords { words }))
}
