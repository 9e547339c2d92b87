//! `POST /api/v1/policy/preview`

use super::Changes;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use yingke_app::policy::ReplayRow;
use yingke_domain::metric::Row;

/// Figures of an agent, now and then.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewRow {
    /// The agent; null = the queue, or all together.
    pub agent: Option<String>,
    /// As they are: the keys of a performance row. Null = no such row.
    pub before: Option<BTreeMap<String, Value>>,
    /// As they would be.
    pub after: Option<BTreeMap<String, Value>>,
}

/// The last thirty days under both policies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// First day.
    pub from: String,
    /// Last day: today, as far as it goes.
    pub to: String,
    /// All together.
    pub all: PreviewRow,
    /// Each agent.
    pub agents: Vec<PreviewRow>,
}

/// What another policy would have made of the last thirty days (R-METRIC-10). Nothing is stored; 400 `bad_policy` begins with the key.
#[utoipa::path(post, path = "/api/v1/policy/preview", tag = "policy", request_body = Changes,
    responses((status = 200, body = Preview), Problems))]
pub(crate) async fn preview_policy(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Changes>,
) -> Answer<Json<Preview>> {
    let replay = yingke_app::policy::replay(&api.house, &staff, &body.changes).await?;
    Ok(Json(Preview {
        from: replay.from.to_string(),
        to: replay.to.to_string(),
        all: row(replay.all),
        agents: replay.agents.into_iter().map(row).collect(),
    }))
}

fn row(row: ReplayRow) -> PreviewRow {
    PreviewRow {
        agent: row.agent.as_deref().map(str::to_owned),
        before: row.before.as_ref().map(figures),
        after: row.after.as_ref().map(figures),
    }
}

fn figures(row: &Row) -> BTreeMap<String, Value> {
    row.values()
        .into_iter()
        .filter(|(key, _)| *key != "agent")
        .map(|(key, value)| (key.to_owned(), serde_json::to_value(value).unwrap_or_default()))
        .collect()
}
