//! `GET /api/v1/phrase/pictures/{file}`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yingke_kernel::FileId;

/// A picture of a phrase that one has. Its address never changes, so that a page can keep it.
#[utoipa::path(get, path = "/api/v1/phrase/pictures/{file}", tag = "phrase",
    params(("file" = String, Path, description = "The file")),
    responses((status = 200, description = "The picture", content_type = "image/*"), Problems))]
pub(crate) async fn open_phrase_picture(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(file): Id<FileId>,
) -> Answer<Response> {
    let (kind, bytes) = yingke_app::phrase::picture(&api.house, &staff, file).await?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "private, max-age=86400".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
