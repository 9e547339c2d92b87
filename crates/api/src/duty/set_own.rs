//! `PUT /api/v1/duty/own`

use super::own::{DutyOwnLine, shown};
use super::view::parse_list;
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::Problem;

/// The lines that a shop ticks by hand, as a whole.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DutyOwnLines {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
    /// In their order; none = the built-in ones again.
    pub lines: Vec<DutyOwnLine>,
}

/// Writes the lines that a shop ticks by hand.
#[utoipa::path(put, path = "/api/v1/duty/own", tag = "duty", request_body = DutyOwnLines,
    responses((status = 200, body = Vec<DutyOwnLine>), Problems))]
pub(crate) async fn set_duty_own(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<DutyOwnLines>,
) -> Answer<Json<Vec<DutyOwnLine>>> {
    let list = parse_list(&body.list)?;
    let mut lines = Vec::with_capacity(body.lines.len());
    for line in body.lines {
        let id = match line.id.as_deref() {
            Some(id) => Some(parse_id(id, "lines.id")?),
            None => None,
        };
        lines.push((id, line.words));
    }
    let lines: Result<_, Problem> =
        yingke_app::duty::set_own(&api.house, &staff, &body.shop, list, lines).await;
    Ok(Json(shown(lines?)))
}
