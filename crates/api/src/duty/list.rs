//! `GET /api/v1/duty/list`

use super::view::{DutyLine, cursor, line, parse_list};
use crate::http::{Api, Desk, Json, Params};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyQuery {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
    /// Day by the shop's calendar, `YYYY-MM-DD`; today unless told. Earlier ones are the supervisor's.
    pub day: Option<String>,
}

/// A group of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyGroup {
    /// `bad_rating left waiting own unpaid unshipped rating handover promise parked presale missed yesterday`.
    pub group: String,
    /// Whether it comes first and is shown as urgent.
    pub urgent: bool,
    /// Lines without a tick.
    pub open: i64,
    /// Lines seen to.
    pub done: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// Ticks after the hour of the list.
    pub late: i64,
    /// The first lines without a tick.
    pub lines: Vec<DutyLine>,
    /// Cursor of the next ones; null at the end.
    pub next: Option<String>,
    /// The last lines with a tick, latest first.
    pub ticked: Vec<DutyLine>,
}

/// A list of a shop and day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyList {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
    /// The day.
    pub day: String,
    /// When it is to be ticked off, RFC 3339.
    pub due_at: String,
    /// Whether it can still be ticked off.
    pub today: bool,
    /// Its groups that have a line or a tick.
    pub groups: Vec<DutyGroup>,
    /// How many lines were open when the day was over or the list due; null = today, or nobody counted.
    pub open_then: Option<i64>,
}

/// A list of the day: groups with their first lines, read live (R-DESK-14, R-DESK-16).
#[utoipa::path(get, path = "/api/v1/duty/list", tag = "duty", params(DutyQuery),
    responses((status = 200, body = DutyList), Problems))]
pub(crate) async fn duty_list(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<DutyQuery>,
) -> Answer<Json<DutyList>> {
    let asked = query.day.as_deref().map(|d| day(d, "day")).transpose()?;
    let list = parse_list(&query.list)?;
    let found = yingke_app::duty::list(&api.house, &staff, &query.shop, list, asked).await?;
    let directory = api.house.directory();
    Ok(Json(DutyList {
        shop: query.shop,
        list: list.as_str().to_owned(),
        day: found.day.to_string(),
        due_at: found.due.to_string(),
        today: found.today,
        groups: found
            .groups
            .iter()
            .map(|g| DutyGroup {
                group: g.group.as_str().to_owned(),
                urgent: g.group.is_urgent(),
                open: g.open,
                done: g.done,
                skipped: g.skipped,
                late: g.late,
                lines: g.lines.iter().map(|l| line(l, &directory)).collect(),
                next: g.next.map(cursor),
                ticked: g.ticked.iter().map(|l| line(l, &directory)).collect(),
            })
            .collect(),
        open_then: found.open_then,
    }))
}
