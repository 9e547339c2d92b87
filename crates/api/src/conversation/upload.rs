//! `POST /api/v1/conversation/files`

use crate::http::{Api, Json, Params, caller_of};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems, Refusal};
use crate::ws::protocol::MessageKind;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::file::Wish;
use yingke_app::{Caller, Staff};
use yingke_kernel::{Problem, ProblemKind, ShopId};

/// Bytes of an upload at most.
pub(crate) const UPLOAD_BYTES: usize = yingke_app::file::FILE_BYTES_MAX;

/// What an upload is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadKind {
    /// A picture: jpeg, png, webp or gif, at most 10 MiB and 40 megapixels; written anew.
    Image,
    /// A voice clip: webm, ogg, mp4, mp3 or wav, at most 60 s and 5 MiB.
    Voice,
    /// Any file, at most 20 MiB; kept as it is, given back as a download only.
    File,
}

/// For which shop.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// Shop code, for a person of several shops; the first of one's own shops unless told. A guest has one.
    pub shop: Option<String>,
    /// What it is meant to be; without it a picture if it is one, else a file.
    #[param(inline)]
    pub kind: Option<UploadKind>,
    /// Seconds of a voice clip.
    pub secs: Option<i64>,
}

/// The form.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only the schema is used; the form is read field by field"
)]
pub(crate) struct UploadForm {
    /// The picture, clip or file; its name is that of the form's part.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A stored upload; it is seen once a message names it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredFile {
    /// The file, for the `send` frame.
    pub file: String,
    /// What it became: send it as `image`, `voice` or `file`.
    pub kind: MessageKind,
    /// Address for whoever sent it.
    pub url: String,
    /// Its name; empty for pictures and clips.
    pub name: String,
    /// Its size as kept.
    pub bytes: i64,
    /// Its content type.
    pub mime: String,
    /// Pixels of a picture, else 0.
    pub width: i64,
    /// Pixels of a picture, else 0.
    pub height: i64,
    /// Seconds of a clip, else 0.
    pub secs: i64,
}

/// Takes a picture, a voice clip or a file from a guest or an agent. A picture is encoded anew: what a camera wrote about place
/// and time is gone.
#[utoipa::path(post, path = "/api/v1/conversation/files", tag = "conversation",
    params(UploadQuery, ("x-yingke-guest" = Option<String>, Header, description = "The guest secret, when no cookie is kept")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = StoredFile), Problems))]
pub(crate) async fn upload(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
    Params(form_query): Params<UploadQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<(StatusCode, Json<StoredFile>)> {
    let caller = caller_of(&api, &headers).await?;
    let mut form = form.map_err(not_a_form)?;
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
        let name = field.file_name().unwrap_or_default().to_owned();
        let mime = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(bad_form)?;
        if bytes.len() > UPLOAD_BYTES {
            return Err(too_large());
        }
        let wish = match (form_query.kind, form_query.secs) {
            (Some(UploadKind::Image), _) => Wish::Picture,
            (Some(UploadKind::Voice), secs) => Wish::Voice(secs.unwrap_or(0)),
            (Some(UploadKind::File), _) => Wish::File,
            (None, _) => Wish::Any,
        };
        let stored =
            yingke_app::file::store_upload(&api.house, &caller, shop, wish, &name, mime.as_deref(), bytes)
                .await?;
        let answer = StoredFile {
            file: stored.id.to_string(),
            kind: match (stored.width, stored.secs) {
                (0, 0) => MessageKind::File,
                (0, _) => MessageKind::Voice,
                _ => MessageKind::Image,
            },
            url: yingke_app::file::signed_path(&api.house, shop, stored.id, viewer).unwrap_or_default(),
            name: stored.name,
            bytes: stored.bytes,
            mime: stored.kind,
            width: stored.width,
            height: stored.height,
            secs: stored.secs,
        };
        return Ok((StatusCode::CREATED, Json(answer)));
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
    let detail = format!("an upload has at most {} MiB", UPLOAD_BYTES / 1024 / 1024);
    Problem::new(ProblemKind::TooLarge, "too_large", detail).into()
}

/// The body is no form at all.
pub(crate) fn not_a_form(rejection: MultipartRejection) -> Refusal {
    Problem::invalid(
        "bad_form",
        format!(
            "send a form (multipart/form-data) with a field `file`: {}",
            rejection.body_text()
        ),
    )
    .into()
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
