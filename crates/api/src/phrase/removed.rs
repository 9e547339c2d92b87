//! `GET /api/v1/phrase/removed`

use crate::http::{Api, Desk, Json, Params};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which set.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhraseSetQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Whose.
    #[param(inline)]
    pub set: PhraseSet,
}

/// What was taken out of a set and can still be taken back, latest first.
#[utoipa::path(get, path = "/api/v1/phrase/removed", tag = "phrase", params(PhraseSetQuery),
    responses((status = 200, body = Vec<view::Phrase>), Problems))]
pub(crate) async fn list_removed(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<PhraseSetQuery>,
) -> Answer<Json<Vec<view::Phrase>>> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let rows = yingke_app::phrase::removed(&api.house, &staff, shop, query.set.into()).await?;
    Ok(Json(
        rows.into_iter()
            .map(|p| view::phrase(&api.house, query.set.into(), p))
            .collect(),
    ))
}
