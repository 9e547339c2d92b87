//! `GET /files/{file}`

use crate::http::{Api, Id, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_kernel::{FileId, Problem};

/// The signature of the address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Signature {
    /// The viewer.
    pub v: String,
    /// When the address stops working, seconds since 1970.
    pub e: i64,
    /// The signature.
    pub s: String,
}

/// A picture, by an address that was signed for one viewer and holds for some hours.
#[utoipa::path(get, path = "/files/{file}", tag = "conversation",
    params(("file" = String, Path, description = "The file"), Signature),
    responses((status = 200, description = "The picture", content_type = "image/*"), Problems))]
pub(crate) async fn open_file(
    State(api): State<Api>,
    Id(file): Id<FileId>,
    Params(signature): Params<Signature>,
) -> Answer<Response> {
    let viewer = signature.v.parse().map_err(|_| Problem::not_found("picture"))?;
    let (kind, bytes) = yingke_app::file::open(&api.house, file, viewer, signature.e, &signature.s).await?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        // The address holds for one viewer and for some hours; so does the copy in that viewer's browser.
        (
            header::CACHE_CONTROL,
            "private, max-age=21600, immutable".to_owned(),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
