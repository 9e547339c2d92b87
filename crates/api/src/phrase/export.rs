//! `GET /api/v1/phrase/export`

use crate::http::{Api, Desk, Params};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which set, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportPhrasesQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Whose.
    #[param(inline)]
    pub set: PhraseSet,
    /// `xlsx` (unless told), `csv` (both ours, with everything), `taobao` (the platform's three columns), `v3` (the helper program's).
    #[serde(rename = "as")]
    pub form: Option<String>,
}

/// A set of phrases as a file. What is written as `csv` or `xlsx` can be read back without loss.
#[utoipa::path(get, path = "/api/v1/phrase/export", tag = "phrase", params(ExportPhrasesQuery),
    responses((status = 200, description = "The file, as a download", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn export_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ExportPhrasesQuery>,
) -> Answer<Response> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let form = yingke_app::phrase::form(query.form.as_deref().unwrap_or("xlsx"))?;
    let bytes = yingke_app::phrase::export(&api.house, &staff, shop, query.set.into(), form).await?;
    let directory = api.house.directory();
    let code = directory.shop(shop).map_or("", |s| s.code.as_str());
    let name = format!("phrases-{code}.{}", form.ending());
    let headers = [
        (header::CONTENT_TYPE, form.mime().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
