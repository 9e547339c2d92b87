//! `/api/v1/guard/words`: the words that a shop does not want said.

use crate::conversation::upload::{UploadForm, bad_form, not_a_form, too_large};
use crate::http::{Api, Desk, Json, Params};
use crate::phrase::import::RefusedLine;
use crate::phrase::view::shop as shop_of;
use crate::problem::{Answer, Problems};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::guard::{Severity, ShopWord, WORDS_MAX, WordRow};
use yingke_app::intake::import_words_of;
use yingke_kernel::Problem;

/// Words of a page at most.
const PAGE: i64 = 500;

/// Which words.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WordsQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Part of the word, or of what is said instead.
    #[serde(default)]
    pub q: String,
    /// Of this severity only: `block`, `warn`, `hint` or `off`.
    pub severity: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    pub after: String,
    /// Words, 1 to 500; 100 unless told.
    pub limit: Option<i64>,
}

/// A word that the shop does not want said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct GuardWord {
    /// As it was written; width, capitals and blanks make no difference.
    pub word: String,
    /// `block`, `warn`, `hint`, or `off`: kept and not read.
    pub severity: String,
    /// What to say instead; empty = nothing is offered.
    #[serde(default)]
    pub better: String,
}

/// A word and its last change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownWord {
    /// The word.
    #[serde(flatten)]
    pub word: GuardWord,
    /// When it changed last.
    pub changed_at: String,
    /// Who changed it last, by name; null = a command.
    pub changed_by: Option<String>,
}

/// A page of words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordPage {
    /// The words.
    pub words: Vec<KnownWord>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
    /// How many the shop has in all.
    pub total: i64,
    /// How many it may have.
    pub most: usize,
}

fn severity(name: &str) -> Result<Severity, Problem> {
    Severity::parse(name).ok_or_else(|| {
        Problem::invalid(
            "bad_severity",
            format!("{name:?} is no severity; take block, warn, hint or off"),
        )
    })
}

/// The words of a shop, by what they are compared by.
#[utoipa::path(get, path = "/api/v1/guard/words", tag = "guard", params(WordsQuery),
    responses((status = 200, body = WordPage), Problems))]
pub(crate) async fn guard_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<WordsQuery>,
) -> Answer<Json<WordPage>> {
    let shop = shop_of(&api, &staff, query.shop.as_deref())?;
    let only = query.severity.as_deref().map(severity).transpose()?;
    let limit = query.limit.unwrap_or(100).clamp(1, PAGE);
    let page = yingke_app::guard::list(&api.house, &staff, shop, query.q, only, query.after, limit).await?;
    let next = page.words.last().filter(|_| page.words.len() as i64 == limit);
    let next = next.map(|row| row.key.clone());
    let directory = api.house.directory();
    let shown = |row: WordRow| KnownWord {
        word: GuardWord {
            word: row.word.word,
            severity: row.word.severity.as_str().to_owned(),
            better: row.word.better,
        },
        changed_at: row.changed_at.to_string(),
        changed_by: row
            .changed_by
            .and_then(|id| directory.person(id))
            .map(|p| p.name.clone()),
    };
    Ok(Json(WordPage {
        words: page.words.into_iter().map(shown).collect(),
        next,
        total: page.total,
        most: WORDS_MAX,
    }))
}

/// Words to be put in.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WordsToPut {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// The words, 1,000 at most; one that is there already is changed.
    pub words: Vec<GuardWord>,
}

/// Puts words in, or changes what they do. Drafts are read by them from now on.
#[utoipa::path(put, path = "/api/v1/guard/words", tag = "guard", request_body = WordsToPut,
    responses((status = 204, description = "They are in"), Problems))]
pub(crate) async fn put_guard_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<WordsToPut>,
) -> Answer<StatusCode> {
    let shop = shop_of(&api, &staff, body.shop.as_deref())?;
    let words = body
        .words
        .into_iter()
        .map(|word| {
            Ok(ShopWord {
                severity: severity(&word.severity)?,
                word: word.word,
                better: word.better,
            })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    yingke_app::guard::put(&api.house, &staff, shop, words).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Words to be taken out.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WordsToRemove {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// The words, 1,000 at most.
    pub words: Vec<String>,
}

/// Takes words out.
#[utoipa::path(post, path = "/api/v1/guard/words/remove", tag = "guard", request_body = WordsToRemove,
    responses((status = 204, description = "They are out"), Problems))]
pub(crate) async fn remove_guard_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<WordsToRemove>,
) -> Answer<StatusCode> {
    let shop = shop_of(&api, &staff, body.shop.as_deref())?;
    yingke_app::guard::remove(&api.house, &staff, shop, body.words).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the table is to be read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportWordsQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// Take out what the file does not have; nothing while a line of it is refused.
    #[serde(default)]
    pub replace: bool,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a table of words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordsImported {
    /// The file as it was named.
    pub file: String,
    /// `guard-words` (a table with a header) or `guard-word-list` (one word a line).
    pub layout: String,
    /// Lines read.
    pub read: u64,
    /// New words.
    pub created: u64,
    /// Known ones that do something else now.
    pub changed: u64,
    /// Known ones, the same.
    pub unchanged: u64,
    /// Taken out, when everything was replaced.
    pub removed: u64,
    /// Lines that were not taken, 500 at most; `refused_total` counts all.
    pub refused: Vec<RefusedLine>,
    /// How many lines were not taken.
    pub refused_total: u64,
}

/// Lines that an answer names at most.
const NAMED: usize = 500;

/// Takes words from a table (CSV or xlsx: 词, 处理, 建议说法) or a list of one word a line. What a line gets wrong is said and the
/// others are taken.
#[utoipa::path(post, path = "/api/v1/guard/words/import", tag = "guard", params(ImportWordsQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = WordsImported), Problems))]
pub(crate) async fn import_guard_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ImportWordsQuery>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<WordsImported>> {
    let shop = shop_of(&api, &staff, query.shop.as_deref())?;
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
        let (replace, dry) = (query.replace, query.dry_run);
        let done = import_words_of(&api.house, &staff, shop, &name, bytes, replace, dry).await?;
        return Ok(Json(WordsImported {
            file: done.file,
            layout: done.layout,
            read: done.read,
            created: done.created,
            changed: done.changed,
            unchanged: done.unchanged,
            removed: done.removed.unwrap_or(0),
            refused_total: done.refused.len() as u64,
            refused: done
                .refused
                .into_iter()
                .take(NAMED)
                .map(RefusedLine::from)
                .collect(),
        }));
    }
    Err(Problem::invalid("no_file", "the form has no field `file`").into())
}

/// As what the words are written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportWordsQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// `xlsx` (unless told) or `csv`.
    #[serde(rename = "as")]
    pub form: Option<String>,
}

/// The words of a shop as a file that can be read back.
#[utoipa::path(get, path = "/api/v1/guard/words/export", tag = "guard", params(ExportWordsQuery),
    responses((status = 200, description = "The file, as a download", content_type = "application/octet-stream"), Problems))]
pub(crate) async fn export_guard_words(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ExportWordsQuery>,
) -> Answer<Response> {
    let shop = shop_of(&api, &staff, query.shop.as_deref())?;
    let form = query.form.as_deref().unwrap_or("xlsx");
    let (bytes, mime) = yingke_app::guard::export(&api.house, &staff, shop, form).await?;
    let directory = api.house.directory();
    let code = directory.shop(shop).map_or("", |s| s.code.as_str());
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"words-{code}.{form}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
