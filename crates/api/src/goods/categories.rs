//! `GET /api/v1/goods/categories`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A category in use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Category {
    /// Its name.
    pub category: String,
    /// How many articles it has.
    pub count: i64,
}

/// Categories of the person's shops, by name.
#[utoipa::path(get, path = "/api/v1/goods/categories", tag = "goods", responses((status = 200, body = Vec<Category>), Problems))]
pub(crate) async fn list_categories(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<Category>>> {
    let all = yingke_app::goods::categories(&api.house, &staff, None).await?;
    Ok(Json(
        all.into_iter()
            .map(|(category, count)| Category { category, count })
            .collect(),
    ))
}
