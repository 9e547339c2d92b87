//! A goal as the pages see it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::goal::Goal;

/// Of which shop.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GoalQuery {
    /// Shop code.
    pub shop: String,
}

/// A goal that was set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoalRow {
    /// `every`, `mon` .. `sun`, or a date.
    pub scope: String,
    /// `first_reply_avg` (seconds, at most), `three_minute_rate` (0 to 1, at least), `no_reply_num` (at most), `service_num` (at least).
    pub figure: String,
    /// Whose part; null = the team's.
    pub person: Option<String>,
    /// The goal.
    pub value: f64,
}

/// The wire form of a goal.
pub(crate) fn goal(g: &Goal) -> GoalRow {
    GoalRow {
        scope: g.scope.to_string(),
        figure: g.measure.as_str().to_owned(),
        person: g.person.map(|p| p.to_string()),
        value: g.milli as f64 / 1_000.0,
    }
}
