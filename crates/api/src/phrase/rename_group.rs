//! `POST /api/v1/phrase/groups/rename`

use crate::http::{Api, Desk, Json};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group and its new path.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RenameGroup {
    /// Shop code; the first of one's own shops unless told.
    #[serde(default)]
    pub shop: Option<String>,
    /// Whose.
    pub set: PhraseSet,
    /// Its path now.
    pub from: String,
    /// Its path from now on; a group that is there takes it in, empty = its phrases stand in no group.
    pub to: String,
}

/// What moved.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Renamed {
    /// How many phrases.
    pub phrases: usize,
}

/// Renames or moves a group with all that lies below it.
#[utoipa::path(post, path = "/api/v1/phrase/groups/rename", tag = "phrase", request_body = RenameGroup,
    responses((status = 200, body = Renamed), Problems))]
pub(crate) async fn rename_group(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<RenameGroup>,
) -> Answer<Json<Renamed>> {
    let shop = view::shop(&api, &staff, body.shop.as_deref())?;
    let set = body.set.into();
    let phrases =
        yingke_app::phrase::rename_group(&api.house, &staff, shop, set, &body.from, &body.to).await?;
    Ok(Json(Renamed { phrases }))
}
