//! `GET /api/v1/metric/performance`

use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::metric::Query;
use yingke_domain::access::{Right, allows};
use yingke_domain::metric::By;
use yingke_kernel::Problem;

/// Which days, and how they are grouped.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PerformanceQuery {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
    /// Any of `shop agent line date hour`, separated by commas; `shop,agent,date` unless told.
    pub by: Option<String>,
}

/// A row: the keys of its group, then the figures. A figure that is not built is absent; one that is not final yet is null and named
/// in `late`. Costs are whole seconds, rates 0 to 1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PerformanceRow {
    pub shop: Option<String>,
    pub agent: Option<String>,
    pub line: Option<String>,
    pub date: Option<String>,
    pub hour: Option<i64>,
    pub consult_num: Option<i64>,
    pub service_num: Option<i64>,
    pub buyer_msg_num: Option<i64>,
    pub seller_msg_num: Option<i64>,
    pub seller_word_num: Option<i64>,
    pub auto_msg_num: Option<i64>,
    pub first_reply_cost: Option<i64>,
    pub first_reply_times: Option<i64>,
    pub total_reply_cost: Option<i64>,
    pub total_reply_times: Option<i64>,
    pub no_reply_num: Option<i64>,
    pub slow_reception_num: Option<i64>,
    pub long_receive_num: Option<i64>,
    pub receive_cost: Option<i64>,
    pub slow_answer_num: Option<i64>,
    pub unanswered_turn_num: Option<i64>,
    pub within_10_num: Option<i64>,
    pub within_30_num: Option<i64>,
    pub within_60_num: Option<i64>,
    pub within_180_num: Option<i64>,
    pub turn_times: Option<i64>,
    pub three_minute_turns: Option<i64>,
    pub three_minute_times: Option<i64>,
    pub max_wait: Option<i64>,
    pub transfer_in_num: Option<i64>,
    pub transfer_out_num: Option<i64>,
    pub handed_back_num: Option<i64>,
    pub reply_rate: Option<f64>,
    pub first_reply_avg: Option<f64>,
    pub reply_avg: Option<f64>,
    pub three_minute_rate: Option<f64>,
    pub qa_ratio: Option<f64>,
    pub late: Option<Vec<String>>,
}

/// The rows of `yingke report performance --format json`. Without the right to see everybody's figures: one's own only.
#[utoipa::path(get, path = "/api/v1/metric/performance", tag = "metric", params(PerformanceQuery),
    responses((status = 200, body = Vec<PerformanceRow>), Problems))]
pub(crate) async fn performance(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<PerformanceQuery>,
) -> Answer<impl IntoResponse> {
    let by = match query.by.as_deref() {
        Some(text) => By::parse(text).map_err(|e| Problem::invalid("bad_by", e.to_string()))?,
        None => By::default(),
    };
    let shops = api
        .house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|shop| shop.id)
        .collect();
    let query = Query {
        from: day(&query.from, "from")?,
        to: day(&query.to, "to")?,
        by,
        as_of: None,
        shops: Some(shops),
        line: None,
        only: (!allows(staff.role, Right::SeeFigures)).then_some(staff.person.0),
    };
    Ok(Json(yingke_app::metric::performance(&api.house, query).await?))
}

/// A day from outside.
pub(crate) fn day<T: std::str::FromStr>(text: &str, place: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| {
        Problem::invalid(
            "bad_date",
            format!("{text:?} in `{place}` is no day like 2026-10-03"),
        )
    })
}
