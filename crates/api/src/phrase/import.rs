//! `POST /api/v1/phrase/import`

use crate::conversation::upload::{UploadForm, bad_form, not_a_form, too_large};
use crate::http::{Api, Desk, Json, Params};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::intake::{Refusal, import_phrases_of};
use yingke_kernel::Problem;

/// How the table is to be read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportPhrasesQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Whose they become.
    #[param(inline)]
    pub set: PhraseSet,
    /// Take out what the file does not have; nothing while a line of it is refused.
    #[serde(default)]
    pub replace: bool,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// A line that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedLine {
    /// Physical line of the file, the first is 1.
    pub line: u64,
    /// The column at fault, as the file writes it; null when the whole line is.
    pub column: Option<String>,
    /// What stood there.
    pub value: Option<String>,
    /// What is wrong and how to mend it, English.
    pub reason: String,
}

impl From<Refusal> for RefusedLine {
    fn from(r: Refusal) -> Self {
        Self {
            line: r.line,
            column: r.column,
            value: r.value,
            reason: r.reason,
        }
    }
}

/// What became of a table of phrases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhrasesImported {
    /// The file as it was named.
    pub file: String,
    /// `taobao-phrases`, `phrases-v3`, `phrases`.
    pub layout: String,
    /// Lines read.
    pub read: u64,
    /// New phrases.
    pub created: u64,
    /// Known ones that say something else now.
    pub changed: u64,
    /// Known ones, the same.
    pub unchanged: u64,
    /// Taken out, when everything was replaced.
    pub removed: u64,
    /// Lines that were not taken.
    pub refused: Vec<RefusedLine>,
}

/// Takes phrases from a table: the platform's, the helper program's or our own, as CSV or xlsx. A phrase with the same words takes
/// the file's code; what a line gets wrong is said and the others are taken.
#[utoipa::path(post, path = "/api/v1/phrase/import", tag = "phrase", params(ImportPhrasesQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = PhrasesImported), Problems))]
pub(crate) async fn import_phrases(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ImportPhrasesQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<PhrasesImported>> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let mut form = form.map_err(not_a_form)?;
    while let Some(field) = form.next_field().await.map_err(bad_form)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let bytes = field.bytes().await.map_err(bad_form)?;
        if bytes.len() > yingke_app::file::FILE_BYTES_MAX {
            return Err(too_large());
        }
        let done = import_phrases_of(
            &api.house,
            &staff,
            shop,
            query.set.into(),
            &name,
            bytes,
            query.replace,
            query.dry_run,
        )
        .await?;
        return Ok(Json(PhrasesImported {
            file: done.file,
            layout: done.layout,
            read: done.read,
            created: done.created,
            changed: done.changed,
            unchanged: done.unchanged,
            removed: done.removed.unwrap_or(0),
            refused: done.refused.into_iter().map(RefusedLine::from).collect(),
        }));
    }
    Err(Problem::invalid("no_file", "the form has no field `file`").into())
}
