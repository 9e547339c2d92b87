//! `POST /api/v1/phrase/restore`

use crate::http::{Api, Desk, Json};
use crate::phrase::remove_many::SomePhrases;
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;

/// Takes phrases of one set back that were taken out not long ago.
#[utoipa::path(post, path = "/api/v1/phrase/restore", tag = "phrase", request_body = SomePhrases,
    responses((status = 200, body = Vec<view::Phrase>), Problems))]
pub(crate) async fn restore_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<SomePhrases>,
) -> Answer<Json<Vec<view::Phrase>>> {
    let ids = view::phrases(&body.phrases)?;
    let (whose, rows) = yingke_app::phrase::restore(&api.house, &staff, ids).await?;
    Ok(Json(
        rows.into_iter()
            .map(|p| view::phrase(&api.house, whose, p))
            .collect(),
    ))
}
