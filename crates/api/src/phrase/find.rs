//! `GET /api/v1/phrase/search`

use crate::http::{Api, Desk, Json, Params};
use crate::phrase::list::only;
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Phrases of an answer at most.
const MOST: usize = 100;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindPhrasesQuery {
    /// Words, a code, pinyin or initials; several, separated by blanks, must all be there. Empty = what suits the stage best.
    #[serde(default)]
    pub q: String,
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Of one set only.
    #[param(inline)]
    pub set: Option<PhraseSet>,
    /// Stage of the talk: its phrases come first.
    #[serde(default)]
    pub stage: String,
    /// Phrases, 1 to 100; 20 unless told.
    pub limit: Option<usize>,
}

/// A phrase that was found. Marks are places in UTF-16 units, from and to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundPhrase {
    /// The phrase.
    pub phrase: view::Phrase,
    /// What of the code matched.
    pub code: Vec<[usize; 2]>,
    /// What of the title matched.
    pub title: Vec<[usize; 2]>,
    /// What of the words matched.
    pub text: Vec<[usize; 2]>,
}

/// Finds phrases by words, code, pinyin or initials, the best first. A page that holds the phrases finds by the same rules by itself.
#[utoipa::path(get, path = "/api/v1/phrase/search", tag = "phrase", params(FindPhrasesQuery),
    responses((status = 200, body = Vec<FoundPhrase>), Problems))]
pub(crate) async fn find_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<FindPhrasesQuery>,
) -> Answer<Json<Vec<FoundPhrase>>> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let stage = view::stage(&query.stage)?;
    let limit = query.limit.unwrap_or(20).clamp(1, MOST);
    let found =
        yingke_app::phrase::find(&api.house, &staff, shop, only(query.set), &query.q, stage, limit).await?;
    let marks = |marks: Vec<(usize, usize)>| marks.into_iter().map(|(from, to)| [from, to]).collect();
    Ok(Json(
        found
            .into_iter()
            .map(|f| FoundPhrase {
                phrase: view::phrase(&api.house, f.whose, f.row),
                code: marks(f.hit.code),
                title: marks(f.hit.title),
                text: marks(f.hit.text),
            })
            .collect(),
    ))
}
