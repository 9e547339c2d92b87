//! `GET /api/v1/phrase/facts`

use crate::http::{Api, Desk, Json, Params, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_domain::phrase::Variable;

/// Which thread.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhraseFactsQuery {
    /// The thread.
    pub thread: String,
}

/// What stands for the variables in a thread; null = not known, and then the variable stays a hole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseFacts {
    /// `{buyer}` `{买家}`
    pub buyer: Option<String>,
    /// `{agent}` `{客服}`
    pub agent: Option<String>,
    /// `{shop}` `{店铺}`
    pub shop: Option<String>,
    /// `{order}` `{订单号}`: number of the latest order.
    pub order: Option<String>,
    /// `{amount}` `{金额}`: what it costs, yuan.
    pub amount: Option<String>,
    /// `{courier}` `{快递}`
    pub courier: Option<String>,
    /// `{ship_date}` `{发货日}`
    pub ship_date: Option<String>,
    /// `{size}` `{尺码}`
    pub size: Option<String>,
}

/// The values of the variables in a thread.
#[utoipa::path(get, path = "/api/v1/phrase/facts", tag = "phrase", params(PhraseFactsQuery),
    responses((status = 200, body = PhraseFacts), Problems))]
pub(crate) async fn phrase_facts(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<PhraseFactsQuery>,
) -> Answer<Json<PhraseFacts>> {
    let thread = parse_id(&query.thread, "thread")?;
    let facts = yingke_app::phrase::facts(&api.house, &staff, thread).await?;
    let of = |variable| facts.get(variable).map(str::to_owned);
    Ok(Json(PhraseFacts {
        buyer: of(Variable::Buyer),
        agent: of(Variable::Agent),
        shop: of(Variable::Shop),
        order: of(Variable::Order),
        amount: of(Variable::Amount),
        courier: of(Variable::Courier),
        ship_date: of(Variable::ShipDate),
        size: of(Variable::Size),
    }))
}
