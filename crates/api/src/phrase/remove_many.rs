//! `POST /api/v1/phrase/remove`

use crate::http::{Api, Desk, Json};
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// Phrases of one set.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SomePhrases {
    /// The phrases.
    pub phrases: Vec<String>,
}

/// Takes several phrases of one set out at once.
#[utoipa::path(post, path = "/api/v1/phrase/remove", tag = "phrase", request_body = SomePhrases,
    responses((status = 204, description = "They are out"), Problems))]
pub(crate) async fn remove_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<SomePhrases>,
) -> Answer<StatusCode> {
    yingke_app::phrase::remove(&api.house, &staff, view::phrases(&body.phrases)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
