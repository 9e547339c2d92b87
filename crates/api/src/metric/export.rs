//! `GET /api/v1/metric/export`

use crate::http::{Api, Desk, Params, own_shops};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::metric::{Lang, Query};
use yingke_domain::access::{Right, allows};
use yingke_domain::metric::By;
use yingke_kernel::{Problem, ProblemKind};

/// Which figures, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
    /// Any of `shop agent line date hour`, separated by commas; `shop,agent,date` unless told.
    pub by: Option<String>,
    /// Only this shop, by code.
    pub shop: Option<String>,
    /// Only this line, by name.
    pub line: Option<String>,
    /// `xlsx` (unless told) or `csv`.
    pub format: Option<String>,
    /// Language of the heads: `zh-CN` (unless told) or `en`.
    pub lang: Option<String>,
}

/// The rows of `performance` as a file for a spreadsheet. The workbook says on a sheet of its own what each figure means.
#[utoipa::path(get, path = "/api/v1/metric/export", tag = "metric", params(ExportQuery),
    responses((status = 200, description = "The file, as a download", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn export_figures(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ExportQuery>,
) -> Answer<Response> {
    let by = match query.by.as_deref() {
        Some(text) => By::parse(text).map_err(|e| Problem::invalid("bad_by", e.to_string()))?,
        None => By::default(),
    };
    let lang = query.lang.as_deref().unwrap_or("zh-CN");
    let lang = Lang::parse(lang)
        .ok_or_else(|| Problem::invalid("bad_lang", format!("`lang` is zh-CN or en, not {lang:?}")))?;
    let format = query.format.as_deref().unwrap_or("xlsx");
    if !["xlsx", "csv"].contains(&format) {
        return Err(
            Problem::invalid("bad_format", format!("`format` is xlsx or csv, not {format:?}")).into(),
        );
    }
    let days = format!("{} – {}", query.from, query.to);
    let name = format!("yingke-{}-{}.{format}", query.from, query.to);
    let query = Query {
        from: day(&query.from, "from")?,
        to: day(&query.to, "to")?,
        by,
        as_of: None,
        shops: Some(own_shops(&api, &staff, query.shop.as_deref())?),
        line: query.line,
        only: (!allows(staff.role, Right::SeeFigures)).then_some(staff.person.0),
    };
    let rows = yingke_app::metric::performance(&api.house, query).await?;
    yingke_app::metric::exported(&api.house, &staff, rows.len(), format, &days).await?;
    // A workbook of some thousand rows is work for a thread that may take its time.
    let is_csv = format == "csv";
    let written = tokio::task::spawn_blocking(move || {
        let rows = serde_json::to_value(rows)?;
        if is_csv {
            yingke_app::metric::table(&rows, lang)
        } else {
            yingke_app::metric::workbook(&rows, &days, lang)
        }
    })
    .await
    .map_err(|error| error.to_string())
    .and_then(|done| done.map_err(|error| error.to_string()));
    let bytes = written.map_err(|error| {
        tracing::error!(%error, "figures could not be written to a file");
        Problem::new(ProblemKind::Internal, "internal", "the file could not be written")
    })?;
    let kind = if is_csv {
        "text/csv; charset=utf-8"
    } else {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    };
    // The days were read as days: the name holds digits, letters and hyphens only.
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
