//! `POST /api/v1/phrase/move`

use crate::http::{Api, Desk, Json, parse_id};
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

/// Where phrases go.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MovePhrases {
    /// Phrases of one set, in the order in which they are to stand.
    pub phrases: Vec<String>,
    /// Into this group; left out = each stays in its own.
    #[serde(default)]
    pub group: Option<String>,
    /// Before this phrase; left out = to the end of the set.
    #[serde(default)]
    pub before: Option<String>,
}

/// Moves phrases; gives those whose place or group changed.
#[utoipa::path(post, path = "/api/v1/phrase/move", tag = "phrase", request_body = MovePhrases,
    responses((status = 200, body = Vec<view::Phrase>), Problems))]
pub(crate) async fn move_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<MovePhrases>,
) -> Answer<Json<Vec<view::Phrase>>> {
    let ids = view::phrases(&body.phrases)?;
    let before = body
        .before
        .as_deref()
        .map(|id| parse_id(id, "before"))
        .transpose()?;
    let (whose, rows) = yingke_app::phrase::move_to(&api.house, &staff, ids, body.group, before).await?;
    Ok(Json(
        rows.into_iter()
            .map(|p| view::phrase(&api.house, whose, p))
            .collect(),
    ))
}
