//! `GET /api/v1/goal/today`

use super::view::GoalQuery;
use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A goal that counts today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoalStanding {
    /// `first_reply_avg three_minute_rate no_reply_num service_num`.
    pub figure: String,
    /// Whose part; null = the team's.
    pub person: Option<String>,
    /// Name as in the rows of figures.
    pub name: Option<String>,
    /// The goal.
    pub goal: f64,
    /// What is reached so far; null = nothing to say yet.
    pub now: Option<f64>,
    /// Whether what is reached keeps the goal; null = nothing to say yet.
    pub kept: Option<bool>,
}

/// The goals of a shop's day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoalsToday {
    /// The business day, `2026-11-22`.
    pub day: String,
    /// The team's first; of people only the caller's own for whoever does not see everybody's figures.
    pub goals: Vec<GoalStanding>,
}

/// The goals that count today and where they stand (R-TEAM-01).
#[utoipa::path(get, path = "/api/v1/goal/today", tag = "goal", params(GoalQuery),
    responses((status = 200, body = GoalsToday), Problems))]
pub(crate) async fn goals_today(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<GoalQuery>,
) -> Answer<Json<GoalsToday>> {
    let today = yingke_app::goal::today(&api.house, &staff, &query.shop).await?;
    let directory = api.house.directory();
    let goals = today.goals.iter().map(|s| GoalStanding {
        figure: s.goal.measure.as_str().to_owned(),
        person: s.goal.person.map(|p| p.to_string()),
        name: s
            .goal
            .person
            .map(|p| directory.actor_name(p.0).unwrap_or_default().to_owned()),
        goal: s.goal.milli as f64 / 1_000.0,
        now: s.now.map(|now| now as f64 / 1_000.0),
        kept: s.now.map(|now| s.goal.measure.keeps(s.goal.milli, now)),
    });
    Ok(Json(GoalsToday {
        day: today.day.to_string(),
        goals: goals.collect(),
    }))
}
