//! `GET /api/v1/call/export`

use super::list::CallQuery;
use crate::http::{Api, Desk, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::metric::Lang;
use yingke_kernel::Problem;

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallFile {
    /// `xlsx` (unless told) or `csv`.
    pub format: Option<String>,
    /// Language of the heads: `zh-CN` (unless told) or `en`.
    pub lang: Option<String>,
}

/// The calls of a list as a file for a spreadsheet (R-CHANNEL-05).
#[utoipa::path(get, path = "/api/v1/call/export", tag = "call", params(CallQuery, CallFile),
    responses((status = 200, description = "The file, as a download", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn export_calls(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<CallQuery>,
    Params(file): Params<CallFile>,
) -> Answer<Response> {
    let lang = file.lang.as_deref().unwrap_or("zh-CN");
    let lang = Lang::parse(lang)
        .ok_or_else(|| Problem::invalid("bad_lang", format!("`lang` is zh-CN or en, not {lang:?}")))?;
    let (kind, ending) = match file.format.as_deref().unwrap_or("xlsx") {
        "csv" => ("text/csv; charset=utf-8", "csv"),
        "xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        other => {
            let detail = format!("`format` is xlsx or csv, not {other:?}");
            return Err(Problem::invalid("bad_format", detail).into());
        }
    };
    let filter = query.read(&api, &staff)?;
    let bytes = yingke_app::call::export(&api.house, &staff, filter, ending == "csv", lang).await?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"yingke-calls.{ending}\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
