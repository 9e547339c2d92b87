//! `GET /api/v1/phrase/phrases`

use crate::http::{Api, Desk, Json, Params};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use yingke_app::phrase::Whose;

/// Which phrases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhrasesQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// `version` of what one has: only what changed since then is given.
    pub after: Option<i64>,
}

/// Phrases of a shop as one person has them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseList {
    /// Shop code.
    pub shop: String,
    /// The shop's count of changes: ask with `after` for what comes next.
    pub version: i64,
    /// Everything, so forget what you have; else what changed since `after`.
    pub whole: bool,
    /// The team's and one's own, each by place.
    pub phrases: Vec<view::Phrase>,
    /// Taken out since `after`.
    pub removed: Vec<String>,
    /// Readings of the characters that occur in titles and words, in plain letters, several joined by a blank: with them a page finds
    /// by pinyin without a dictionary. Of what is given here only: add them to those one has.
    pub letters: BTreeMap<String, String>,
    /// Whether one may change the team's.
    pub may_change_team: bool,
}

/// The phrases of a shop, the team's and one's own. With `If-None-Match` (the `ETag` of before) 304 when nothing changed.
#[utoipa::path(get, path = "/api/v1/phrase/phrases", tag = "phrase",
    params(PhrasesQuery, ("if-none-match" = Option<String>, Header, description = "`ETag` of what one has")),
    responses((status = 200, body = PhraseList), (status = 304, description = "Nothing changed"), Problems))]
pub(crate) async fn list_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    headers: HeaderMap,
    Params(query): Params<PhrasesQuery>,
) -> Answer<Response> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let may = yingke_app::phrase::may_change_team(&staff);
    // Of one person: the own phrases are in it.
    let tag = |version: i64| format!("\"{shop}-{}-{}-{version}\"", staff.person, u8::from(may));
    if query.after.is_none()
        && let Some(known) = headers.get(header::IF_NONE_MATCH)
    {
        let now = tag(yingke_app::phrase::version(&api.house, &staff, shop).await?);
        // A proxy that compresses may mark the tag as weak.
        let is_same = |known: &str| known.split(',').any(|t| t.trim().trim_start_matches("W/") == now);
        if known.to_str().is_ok_and(is_same) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, now)]).into_response());
        }
    }
    let listing = yingke_app::phrase::list(&api.house, &staff, shop, query.after).await?;
    let letters = view::letters(listing.letters());
    let directory = api.house.directory();
    let team = listing.team.into_iter().map(|p| (Whose::Team, p));
    let own = listing.own.into_iter().map(|p| (Whose::Own, p));
    let body = PhraseList {
        shop: directory.shop(shop).map(|s| s.code.clone()).unwrap_or_default(),
        version: listing.version,
        whole: listing.whole,
        phrases: team
            .chain(own)
            .map(|(whose, p)| view::phrase(&api.house, whose, p))
            .collect(),
        removed: listing.removed.iter().map(ToString::to_string).collect(),
        letters,
        may_change_team: may,
    };
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    if query.after.is_none()
        && let Ok(value) = tag(listing.version).parse()
    {
        headers.insert(header::ETAG, value);
        headers.insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("private, no-cache"),
        );
    }
    Ok(response)
}

/// The name of a set in the query; both unless told.
pub(crate) fn only(set: Option<PhraseSet>) -> Option<Whose> {
    set.map(Whose::from)
}
