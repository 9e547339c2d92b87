//! `GET /api/v1/duty/lines`

use super::view::{DutyLine, cursor, line, parse_cursor, parse_group, parse_list};
use crate::http::{Api, Desk, Json, Params};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyLinesQuery {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
    /// What they are about.
    pub group: String,
    /// Day, `YYYY-MM-DD`; today unless told.
    pub day: Option<String>,
    /// Those with a tick, latest first; else those without.
    #[serde(default)]
    pub ticked: bool,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// Lines of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyLines {
    /// The lines.
    pub lines: Vec<DutyLine>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Further lines of a group of a list.
#[utoipa::path(get, path = "/api/v1/duty/lines", tag = "duty", params(DutyLinesQuery),
    responses((status = 200, body = DutyLines), Problems))]
pub(crate) async fn duty_lines(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<DutyLinesQuery>,
) -> Answer<Json<DutyLines>> {
    let asked = query.day.as_deref().map(|d| day(d, "day")).transpose()?;
    let after = query.after.as_deref().map(parse_cursor).transpose()?;
    let (lines, next) = yingke_app::duty::more(
        &api.house,
        &staff,
        &query.shop,
        parse_list(&query.list)?,
        parse_group(&query.group)?,
        query.ticked,
        asked,
        after,
    )
    .await?;
    let directory = api.house.directory();
    Ok(Json(DutyLines {
        lines: lines.iter().map(|l| line(l, &directory)).collect(),
        next: next.map(cursor),
    }))
}
