//! `GET /goods/{product}/picture`

use crate::http::{Api, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yingke_kernel::ProductId;

/// The picture of an article, for everybody: shops show their goods. Its address changes with the picture.
#[utoipa::path(get, path = "/goods/{product}/picture", tag = "goods",
    params(("product" = String, Path, description = "The article")),
    responses((status = 200, description = "The picture", content_type = "image/*"), Problems))]
pub(crate) async fn open_picture(State(api): State<Api>, Id(product): Id<ProductId>) -> Answer<Response> {
    let (kind, bytes) = yingke_app::goods::picture(&api.house, product).await?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=86400".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
