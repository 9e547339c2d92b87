//! `GET /api/v1/shop/calendar`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_domain::hours::{CalendarDay, CalendarYear};

/// A day that differs from the week.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// False: a day of the weekend that is worked to make up for a holiday.
    pub holiday: bool,
    /// What it is called, Chinese; empty for working days.
    pub name: String,
    /// What it is called, English; empty for working days.
    pub name_en: String,
}

/// The public calendar of mainland China, as far as it was announced.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarAnswer {
    /// The years that are known.
    pub years: Vec<i64>,
    /// Every day of them that differs from the week, in order.
    pub days: Vec<PublicDay>,
}

/// Public holidays and make-up working days.
#[utoipa::path(get, path = "/api/v1/shop/calendar", tag = "shop", responses((status = 200, body = CalendarAnswer), Problems))]
pub(crate) async fn public_calendar(State(_): State<Api>, Desk(_): Desk) -> Answer<Json<CalendarAnswer>> {
    Ok(Json(CalendarAnswer {
        years: CalendarYear::known().iter().map(|y| i64::from(y.year)).collect(),
        days: CalendarYear::known()
            .iter()
            .flat_map(CalendarYear::days)
            .map(|(date, day)| {
                let name = match day {
                    CalendarDay::Holiday(name) => Some(name),
                    CalendarDay::Workday => None,
                };
                PublicDay {
                    date: date.to_string(),
                    holiday: name.is_some(),
                    name: name.map_or_else(String::new, |n| n.zh.clone()),
                    name_en: name.map_or_else(String::new, |n| n.en.clone()),
                }
            })
            .collect(),
    }))
}
