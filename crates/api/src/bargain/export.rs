//! `GET /api/v1/bargain/export`

use super::report::BargainQuery;
use crate::http::{Api, Desk, Params, parse_id, parse_time};
use crate::problem::{Answer, Problems};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::bargain::Given;
use yingke_app::metric::Lang;
use yingke_kernel::{Problem, Stamp};

/// Whose, and how it is said.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BargainFile {
    /// Given by this person only.
    pub person: Option<String>,
    /// Language of the words: `zh-CN` (unless told) or `en`.
    pub lang: Option<String>,
}

/// All concessions of a time, latest first, as csv, however many: the file is written while it is sent.
#[utoipa::path(get, path = "/api/v1/bargain/export", tag = "bargain", params(BargainQuery, BargainFile),
    responses((status = 200, description = "The file, as a download", content_type = "text/csv"), Problems))]
pub(crate) async fn export_given(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<BargainQuery>,
    Params(file): Params<BargainFile>,
) -> Answer<Response> {
    let lang = file.lang.as_deref().unwrap_or("zh-CN");
    let lang = Lang::parse(lang)
        .ok_or_else(|| Problem::invalid("bad_lang", format!("`lang` is zh-CN or en, not {lang:?}")))?;
    let shop = query.shop(&api)?;
    let (from, to) = (parse_time(&query.from, "from")?, parse_time(&query.to, "to")?);
    let directory = api.house.directory();
    let zone = shop
        .or_else(|| directory.shops_of(staff.person).first().map(|s| s.id))
        .map(|id| directory.zone_of(id));
    let day = |at| {
        zone.as_ref()
            .map_or_else(String::new, |z| z.civil(at).date().to_string())
    };
    // `to` itself is not in it.
    let (first, last) = (day(from), day(Stamp::from_micros(to.micros() - 1)));
    let given = Given {
        shop,
        from,
        to,
        person: file
            .person
            .as_deref()
            .map(|p| parse_id(p, "person"))
            .transpose()?,
        days: format!("{first} – {last}"),
    };
    let sheet = yingke_app::bargain::export(&api.house, &staff, given, lang).await?;
    let pieces = futures_util::stream::try_unfold(sheet, |mut sheet| async move {
        let piece = sheet
            .next()
            .await
            .map_err(|problem| std::io::Error::other(problem.detail))?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, sheet)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"yingke-given-{first}-{last}.csv\""),
        ),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
