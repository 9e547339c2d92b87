//! `GET /api/v1/abuse/threads/{thread}/evidence`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yingke_kernel::ThreadId;

/// The marked words with time, names, numbers and pictures, as a zip archive (R-DESK-12). 409 `nothing_marked`.
#[utoipa::path(get, path = "/api/v1/abuse/threads/{thread}/evidence", tag = "abuse",
    params(("thread" = String, Path, description = "The thread")),
    responses((status = 200, description = "The archive, as a download", content_type = "application/zip"), Problems))]
pub(crate) async fn evidence_of(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Response> {
    let bytes = yingke_app::abuse::evidence(&api.house, &staff, thread).await?;
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
