//! `PUT /api/v1/goods/products/{product}/picture`

use crate::conversation::upload::{UploadForm, bad_form, not_a_form, too_large};
use crate::goods::view;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use yingke_kernel::{Problem, ProductId};

/// Gives an article a picture, encoded anew; on the audit trail.
#[utoipa::path(put, path = "/api/v1/goods/products/{product}/picture", tag = "goods",
    params(("product" = String, Path, description = "The article")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = view::Product), Problems))]
pub(crate) async fn set_picture(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(product): Id<ProductId>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<view::Product>> {
    let mut form = form.map_err(not_a_form)?;
    while let Some(field) = form.next_field().await.map_err(bad_form)? {
        if field.name() != Some("file") {
            continue;
        }
        let bytes = field.bytes().await.map_err(bad_form)?;
        if bytes.len() > yingke_app::file::BYTES_MAX {
            return Err(too_large());
        }
        let changed = yingke_app::goods::set_picture(&api.house, &staff, product, Some(bytes)).await?;
        return Ok(Json(view::product(&api.house, changed)));
    }
    Err(Problem::invalid("no_file", "the form has no field `file`").into())
}
