//! `PATCH /api/v1/phrase/phrases/{phrase}`

use crate::http::{Api, Desk, Id, Json};
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::phrase::Change;
use yingke_kernel::PhraseId;

/// What changes; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangePhrase {
    /// Names of its groups joined by `/`.
    #[serde(default)]
    pub group: Option<String>,
    /// Short code; empty = none.
    #[serde(default)]
    pub code: Option<String>,
    /// Title; empty = none.
    #[serde(default)]
    pub title: Option<String>,
    /// The words.
    #[serde(default)]
    pub text: Option<String>,
    /// All its pictures, in order.
    #[serde(default)]
    pub pictures: Option<Vec<String>>,
    /// 1 to 3.
    #[serde(default)]
    pub level: Option<i64>,
    /// The second question; empty = none.
    #[serde(default)]
    pub follow: Option<String>,
    /// Stage of the talk; empty = none.
    #[serde(default)]
    pub stage: Option<String>,
    /// Scene; empty = none.
    #[serde(default)]
    pub scene: Option<String>,
    /// `rev` of what one saw: refused with `phrase_changed` when somebody changed it since. Left out = whatever it is now.
    #[serde(default)]
    pub rev: Option<i64>,
}

/// Changes a phrase.
#[utoipa::path(patch, path = "/api/v1/phrase/phrases/{phrase}", tag = "phrase",
    params(("phrase" = String, Path, description = "The phrase")), request_body = ChangePhrase,
    responses((status = 200, body = view::Phrase), Problems))]
pub(crate) async fn change_phrase(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(phrase): Id<PhraseId>,
    Json(body): Json<ChangePhrase>,
) -> Answer<Json<view::Phrase>> {
    let change = Change {
        group: body.group,
        code: body.code,
        title: body.title,
        text: body.text,
        pictures: body.pictures.as_deref().map(view::files).transpose()?,
        level: body.level.map(view::level).transpose()?,
        follow: body.follow,
        stage: body.stage.as_deref().map(view::stage).transpose()?,
        scene: body.scene,
        rev: body.rev,
    };
    let (whose, row) = yingke_app::phrase::change(&api.house, &staff, phrase, change).await?;
    Ok(Json(view::phrase(&api.house, whose, row)))
}
