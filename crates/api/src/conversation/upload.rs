//! `POST /api/v1/conversation/files`

use crate::http::{Api, Json, Params, caller_of};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems, Refusal};
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::{Caller, Staff};
use yingke_kernel::{Problem, ProblemKind, ShopId};

/// Bytes of a picture at most.
pub(crate) const PICTURE_BYTES: usize = 10 * 1024 * 1024;

/// For which shop.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// Shop code, for a person of several shops; the first of one's own shops unless told. A guest has one.
    pub shop: Option<String>,
}

/// The form.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only the schema is used; the form is read field by field"
)]
pub(crate) struct PictureForm {
    /// The picture: jpeg, png, webp or gif, at most 10 MiB and 40 megapixels.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A stored picture; it is seen once a message names it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredPicture {
    /// The file, for the `send` frame.
    pub file: String,
    /// Address for whoever sent it.
    pub url: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
}

/// Takes a picture from a guest or an agent. It is encoded anew: what a camera wrote about place and time is gone.
#[utoipa::path(post, path = "/api/v1/conversation/files", tag = "conversation",
    params(UploadQuery, ("x-yingke-guest" = Option<String>, Header, description = "The guest secret, when no cookie is kept")),
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses((status = 201, body = StoredPicture), Problems))]
pub(crate) async fn upload(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
    Params(form_query): Params<UploadQuery>,
    mut form: Multipart,
) -> Answer<(StatusCode, Json<StoredPicture>)> {
    let caller = caller_of(&api, &headers).await?;
    let shop = match &caller {
        Caller::Staff(staff) => shop_of(&api, staff, form_query.shop.as_deref())?,
        Caller::Guest(guest) => {
            api.limits.upload(ip, api.house.now())?;
            guest.shop
        }
    };
    let viewer = caller.author();
    while let Some(field) = form.next_field().await.map_err(bad_form)? {
        if field.name() != Some("file") {
            continue;
        }
        let bytes = field.bytes().await.map_err(bad_form)?;
        if bytes.len() > PICTURE_BYTES {
            return Err(too_large());
        }
        let stored = yingke_app::file::store_picture(&api.house, &caller, shop, bytes).await?;
        let picture = StoredPicture {
            file: stored.id.to_string(),
            url: yingke_app::file::signed_path(&api.house, shop, stored.id, viewer).unwrap_or_default(),
            width: stored.width,
            height: stored.height,
        };
        return Ok((StatusCode::CREATED, Json(picture)));
    }
    Err(Problem::invalid("no_file", "the form has no field `file`").into())
}

fn shop_of(api: &Api, staff: &Staff, code: Option<&str>) -> Result<ShopId, Problem> {
    let directory = api.house.directory();
    let mut own = directory.shops_of(staff.person).into_iter();
    let shop = match code {
        Some(code) => own.find(|shop| shop.code == code),
        None => own.next(),
    };
    Ok(shop.ok_or_else(|| Problem::not_found("shop"))?.id)
}

pub(crate) fn too_large() -> Refusal {
    let detail = format!("a picture has at most {} MiB", PICTURE_BYTES / 1024 / 1024);
    Problem::new(ProblemKind::TooLarge, "too_large", detail).into()
}

pub(crate) fn bad_form(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::invalid(
        "bad_form",
        format!("the form cannot be read: {}", error.body_text()),
    )
    .into()
}
