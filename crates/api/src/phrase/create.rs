//! `POST /api/v1/phrase/phrases`

use crate::http::{Api, Desk, Json};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::phrase::{Draft, Given};

/// A new phrase.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewPhrase {
    /// Shop code; the first of one's own shops unless told.
    #[serde(default)]
    pub shop: Option<String>,
    /// Whose it becomes.
    pub set: PhraseSet,
    /// Names of its groups joined by `/`.
    #[serde(default)]
    pub group: String,
    /// Short code.
    #[serde(default)]
    pub code: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// The words; may be empty when there is a picture.
    #[serde(default)]
    pub text: String,
    /// Pictures: own uploads (`POST /api/v1/conversation/files?kind=image`), or what another phrase shows.
    #[serde(default)]
    pub pictures: Vec<String>,
    /// 1 (unless told) to 3.
    #[serde(default)]
    pub level: Option<i64>,
    /// The second question.
    #[serde(default)]
    pub follow: String,
    /// Stage of the talk.
    #[serde(default)]
    pub stage: Option<String>,
    /// Scene.
    #[serde(default)]
    pub scene: String,
}

/// Makes a phrase, at the end of its set. Every desk of the shop (or of the person) hears of it by the frame `phrases`.
#[utoipa::path(post, path = "/api/v1/phrase/phrases", tag = "phrase", request_body = NewPhrase,
    responses((status = 201, body = view::Phrase), Problems))]
pub(crate) async fn create_phrase(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewPhrase>,
) -> Answer<(StatusCode, Json<view::Phrase>)> {
    let shop = view::shop(&api, &staff, body.shop.as_deref())?;
    let given = Given {
        pictures: view::files(&body.pictures)?,
        draft: Draft {
            group: body.group,
            code: body.code,
            title: body.title,
            text: body.text,
            pictures: 0,
            level: view::level(body.level.unwrap_or(1))?,
            follow: body.follow,
            stage: view::stage(body.stage.as_deref().unwrap_or_default())?,
            scene: body.scene,
        },
    };
    let row = yingke_app::phrase::create(&api.house, &staff, shop, body.set.into(), given).await?;
    Ok((
        StatusCode::CREATED,
        Json(view::phrase(&api.house, body.set.into(), row)),
    ))
}
