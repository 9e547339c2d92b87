//! `POST /api/v1/notice/notices`

use super::view::{NoticeWords, for_caller, kind};
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::notice::Draft;
use yingke_domain::notice::Audience;
use yingke_kernel::{PersonId, Problem};

/// A new notice.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewNotice {
    /// Shop code.
    pub shop: String,
    /// `goods activity rule other`.
    pub kind: String,
    /// `shop line people`.
    pub audience: String,
    /// The line; with `line` only.
    #[serde(default)]
    pub line: Option<String>,
    /// The people; with `people` only.
    #[serde(default)]
    pub people: Vec<String>,
    /// What it says.
    #[serde(flatten)]
    pub words: NoticeWords,
}

/// Posts a notice to the team (R-TEAM-03).
#[utoipa::path(post, path = "/api/v1/notice/notices", tag = "notice", request_body = NewNotice,
    responses((status = 201, body = NoticeRow), Problems))]
pub(crate) async fn post_notice(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewNotice>,
) -> Answer<(StatusCode, Json<NoticeRow>)> {
    let people = body
        .people
        .iter()
        .map(|text| parse_id(text, "people"))
        .collect::<Result<Vec<PersonId>, _>>()?;
    let audience = match (body.audience.as_str(), body.line) {
        ("shop", None) if people.is_empty() => Audience::Shop,
        ("line", Some(line)) if people.is_empty() => Audience::Line(line),
        ("people", None) => Audience::People(people),
        _ => {
            let detail =
                "audience is shop, line with a line, or people with some people, and nothing besides";
            return Err(Problem::invalid("bad_field", detail).into());
        }
    };
    let draft = Draft {
        shop: body.shop,
        kind: kind(&body.kind)?,
        audience,
        words: body.words.read()?,
    };
    let row = yingke_app::notice::post(&api.house, &staff, draft).await?;
    Ok((
        StatusCode::CREATED,
        Json(for_caller(&row, staff.person, &api.house)),
    ))
}
