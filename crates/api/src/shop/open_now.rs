//! `GET /api/v1/shop/{code}/open-now`

use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether a shop is open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenNow {
    /// Whether buyers may expect an answer: within the hours; without hours, while somebody is online.
    pub open: bool,
    /// Whether any agent is online.
    pub online: bool,
    /// When it opens next, RFC 3339; null while it is open or when nobody knows.
    pub next_open_at: Option<String>,
    /// Now in the shop's language; empty when it names no hours.
    pub text: String,
    /// The week in the shop's language; empty when it names no hours.
    pub week: String,
}

/// Whether a shop of the caller is open at this moment.
#[utoipa::path(get, path = "/api/v1/shop/{code}/open-now", tag = "shop", params(("code" = String, Path, description = "The shop")),
    responses((status = 200, body = OpenNow), Problems))]
pub(crate) async fn open_now(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
) -> Answer<Json<OpenNow>> {
    let now = yingke_app::shop::open_now_for(&api.house, &staff, &code)?;
    Ok(Json(OpenNow {
        open: now.open,
        online: now.online,
        next_open_at: now.next_open_at.map(|at| at.to_string()),
        text: now.text,
        week: now.week,
    }))
}
