//! `GET /api/v1/buyer/tags`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A tag in use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TagUse {
    /// The tag.
    pub tag: String,
    /// How many buyers have it.
    pub count: i64,
}

/// Tags in use in the person's shops, the most used first.
#[utoipa::path(get, path = "/api/v1/buyer/tags", tag = "buyer", responses((status = 200, body = Vec<TagUse>), Problems))]
pub(crate) async fn list_tags(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<TagUse>>> {
    let all = yingke_app::buyer::tags_in_use(&api.house, &staff).await?;
    Ok(Json(
        all.into_iter()
            .map(|(tag, count)| TagUse { tag, count })
            .collect(),
    ))
}
