//! `PUT /api/v1/goal/goals`

use super::view::{GoalRow, goal};
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::goal::Measure;
use yingke_domain::goal::Scope;
use yingke_kernel::Problem;

/// One goal.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewGoal {
    /// `first_reply_avg three_minute_rate no_reply_num service_num`.
    pub figure: String,
    /// Whose part; absent = the team's.
    #[serde(default)]
    pub person: Option<String>,
    /// The goal.
    pub value: f64,
}

/// The goals of a scope.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewGoals {
    /// Shop code.
    pub shop: String,
    /// `every`, `mon` .. `sun`, or a date.
    pub scope: String,
    /// All of that scope; none = there are none of it.
    pub goals: Vec<NewGoal>,
}

/// Sets the goals of a scope (R-TEAM-01); gives all goals of the shop.
#[utoipa::path(put, path = "/api/v1/goal/goals", tag = "goal", request_body = NewGoals,
    responses((status = 200, body = Vec<GoalRow>), Problems))]
pub(crate) async fn set_goals(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewGoals>,
) -> Answer<Json<Vec<GoalRow>>> {
    let scope = Scope::parse(&body.scope).ok_or_else(|| {
        Problem::invalid(
            "bad_field",
            "scope is every, a day of the week like mon, or a date",
        )
    })?;
    let wanted = body
        .goals
        .iter()
        .map(|g| {
            let measure = Measure::parse(&g.figure).ok_or_else(|| {
                let known: Vec<_> = Measure::ALL.iter().map(|m| m.as_str()).collect();
                Problem::invalid("bad_field", format!("figure is one of {}", known.join(", ")))
            })?;
            let person = g.person.as_deref().map(|p| parse_id(p, "person")).transpose()?;
            // Thousandths; what is no number at all becomes 0 or the greatest, and is refused as a goal.
            Ok((measure, person, (g.value * 1_000.0).round() as i64))
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let all = yingke_app::goal::set(&api.house, &staff, &body.shop, scope, wanted).await?;
    Ok(Json(all.iter().map(goal).collect()))
}
