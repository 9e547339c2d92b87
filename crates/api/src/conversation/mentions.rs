//! `GET /api/v1/conversation/mentions`

use crate::conversation::view;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::MentionRow;
use axum::extract::State;

/// Private notes that name the caller and that the caller has not seen, oldest first.
#[utoipa::path(get, path = "/api/v1/conversation/mentions", tag = "conversation",
    responses((status = 200, body = Vec<MentionRow>), Problems))]
pub(crate) async fn list_mentions(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<MentionRow>>> {
    let found = yingke_app::conversation::mentions(&api.house, &staff).await?;
    let directory = api.house.directory();
    Ok(Json(found.iter().map(|m| view::mention(&directory, m)).collect()))
}
