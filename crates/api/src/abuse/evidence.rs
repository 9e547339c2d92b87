//! `GET /api/v1/abuse/threads/{thread}/evidence`

use crate::http::{Api, Desk, Id, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_app::metric::Lang;
use yingke_kernel::{Problem, ThreadId};

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvidenceFile {
    /// Language of heads and names: `zh-CN` (unless told) or `en`.
    pub lang: Option<String>,
}

/// The marked words with time, names, numbers and pictures, as a zip archive (R-DESK-12). 409 `nothing_marked`.
#[utoipa::path(get, path = "/api/v1/abuse/threads/{thread}/evidence", tag = "abuse",
    params(("thread" = String, Path, description = "The thread"), EvidenceFile),
    responses((status = 200, description = "The archive, as a download", content_type = "application/zip"), Problems))]
pub(crate) async fn evidence_of(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Params(file): Params<EvidenceFile>,
) -> Answer<Response> {
    let lang = file.lang.as_deref().unwrap_or("zh-CN");
    let lang = Lang::parse(lang)
        .ok_or_else(|| Problem::invalid("bad_lang", format!("`lang` is zh-CN or en, not {lang:?}")))?;
    let bytes = yingke_app::abuse::evidence(&api.house, &staff, thread, lang).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"yingke-case-{thread}.zip\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
