//! `GET /api/v1/duty/own`

use super::view::parse_list;
use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyOwnQuery {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
}

/// A line that a shop ticks by hand.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct DutyOwnLine {
    /// Its id; absent for a new one.
    #[serde(default)]
    pub id: Option<String>,
    /// Its words.
    pub words: String,
}

/// The lines that a shop ticks by hand; the built-in ones until it has written its own.
#[utoipa::path(get, path = "/api/v1/duty/own", tag = "duty", params(DutyOwnQuery),
    responses((status = 200, body = Vec<DutyOwnLine>), Problems))]
pub(crate) async fn duty_own(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<DutyOwnQuery>,
) -> Answer<Json<Vec<DutyOwnLine>>> {
    let list = parse_list(&query.list)?;
    let lines = yingke_app::duty::own(&api.house, &staff, &query.shop, list).await?;
    Ok(Json(shown(lines)))
}

/// The wire form of such lines.
pub(crate) fn shown(lines: Vec<(uuid::Uuid, String)>) -> Vec<DutyOwnLine> {
    let line = |(id, words): (uuid::Uuid, String)| DutyOwnLine {
        id: Some(id.to_string()),
        words,
    };
    lines.into_iter().map(line).collect()
}
