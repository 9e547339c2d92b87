//! `GET /api/v1/duty/days`

use crate::http::{Api, Desk, Json, Params, own_shops};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Of which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyDaysQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive; 92 days at most.
    pub to: String,
}

/// Who ticked off how much.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyShare {
    /// Who.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// How many lines.
    pub count: i64,
}

/// A list of a shop and day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyDay {
    /// Shop code.
    pub shop: String,
    /// Shop name.
    pub shop_name: String,
    /// `opening` or `early`.
    pub list: String,
    /// The day.
    pub day: String,
    /// Lines seen to.
    pub done: i64,
    /// Ticks after the hour.
    pub late: i64,
    /// Lines left with a reason.
    pub skipped: i64,
    /// Lines that nobody ticked off; null = nobody counted.
    pub open: Option<i64>,
    /// Who ticked off how much, most first.
    pub people: Vec<DutyShare>,
}

/// Lists of earlier days, latest first: what was done, late, left, open, and by whom (R-DESK-16).
#[utoipa::path(get, path = "/api/v1/duty/days", tag = "duty", params(DutyDaysQuery),
    responses((status = 200, body = Vec<DutyDay>), Problems))]
pub(crate) async fn duty_days(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<DutyDaysQuery>,
) -> Answer<Json<Vec<DutyDay>>> {
    let shop = match query.shop.as_deref() {
        None => None,
        code => own_shops(&api, &staff, code)?.first().copied(),
    };
    let (from, to) = (day(&query.from, "from")?, day(&query.to, "to")?);
    let all = yingke_app::duty::days(&api.house, &staff, shop, from, to).await?;
    let directory = api.house.directory();
    let shown = all.into_iter().filter_map(|d| {
        let shop = directory.shop(d.shop)?;
        Some(DutyDay {
            shop: shop.code.clone(),
            shop_name: shop.name.clone(),
            list: d.list.as_str().to_owned(),
            day: d.day,
            done: d.done,
            late: d.late,
            skipped: d.skipped,
            open: d.open,
            people: d
                .people
                .iter()
                .map(|(person, count)| DutyShare {
                    person: person.to_string(),
                    person_name: directory.actor_name(person.0).unwrap_or_default().to_owned(),
                    count: *count,
                })
                .collect(),
        })
    });
    Ok(Json(shown.collect()))
}
