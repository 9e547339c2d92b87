//! `POST /api/v1/conversation/threads/{thread}/stage`

use crate::conversation::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Row;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_domain::stage::Stage;
use yingke_kernel::{Problem, ThreadId};

/// Where the talk stands.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StageBody {
    /// `welcome dialogue bargaining payment logistics aftersales farewell`; null = the words decide again.
    #[serde(default)]
    pub stage: Option<String>,
}

/// Sets the stage by hand; it holds until the conversation is over (R-DESK-06).
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/stage", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), request_body = StageBody,
    responses((status = 200, body = Row), Problems))]
pub(crate) async fn set_stage(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<StageBody>,
) -> Answer<Json<Row>> {
    let parse = |text: &str| {
        let names: Vec<&str> = Stage::ALL.iter().map(|stage| stage.as_str()).collect();
        Stage::parse(text).ok_or_else(|| {
            let detail = format!("{text:?} is no stage; known are {}", names.join(", "));
            Problem::invalid("bad_stage", detail)
        })
    };
    let stage = body.stage.as_deref().map(parse).transpose()?;
    let row = yingke_app::conversation::set_stage(&api.house, &staff, thread, stage).await?;
    Ok(Json(view::row_for(&api.house, &row, staff.person)))
}
