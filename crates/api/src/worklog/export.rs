//! `GET /api/v1/worklog/export`

use super::list::WorklogQuery;
use crate::http::{Api, Desk, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::metric::Lang;
use yingke_app::worklog::Form;
use yingke_kernel::Problem;

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorklogForm {
    /// `xlsx` (unless told) or `csv`.
    pub format: Option<String>,
    /// Language of the heads: `zh-CN` (unless told) or `en`.
    pub lang: Option<String>,
}

/// The entries that the words and filters of the list take, latest first, 20,000 at most, as a table.
#[utoipa::path(get, path = "/api/v1/worklog/export", tag = "worklog", params(WorklogQuery, WorklogForm),
    responses((status = 200, description = "The file, as a download", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn export_worklog(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<WorklogQuery>,
    Params(form): Params<WorklogForm>,
) -> Answer<Response> {
    let lang = form.lang.as_deref().unwrap_or("zh-CN");
    let lang = Lang::parse(lang)
        .ok_or_else(|| Problem::invalid("bad_lang", format!("`lang` is zh-CN or en, not {lang:?}")))?;
    let (form, name, kind) = match form.format.as_deref().unwrap_or("xlsx") {
        "xlsx" => (
            Form::Xlsx,
            "yingke-worklog.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "csv" => (Form::Csv, "yingke-worklog.csv", "text/csv; charset=utf-8"),
        other => {
            let detail = format!("`format` is xlsx or csv, not {other:?}");
            return Err(Problem::invalid("bad_format", detail).into());
        }
    };
    let wanted = query.wanted(&api, &staff)?;
    let bytes = yingke_app::worklog::export(&api.house, &staff, wanted, form, lang).await?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
