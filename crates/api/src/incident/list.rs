//! `GET /api/v1/incident/incidents`

use super::view::incident;
use crate::http::{Api, Desk, Json, Params, parse_id, parse_time};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::IncidentRow;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_domain::incident::{Rule, State as Standing};
use yingke_kernel::{IncidentId, Problem, Stamp};

/// Findings of a page unless told.
const PAGE: i64 = 100;

/// Which findings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct IncidentQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// Facts from this time on, RFC 3339.
    pub from: String,
    /// Facts before this time, RFC 3339.
    pub to: String,
    /// About this person; whoever does not judge sees their own in any case.
    pub person: Option<String>,
    /// Of this rule: `R-RESP-03`.
    pub rule: Option<String>,
    /// `proposed confirmed waived appealed`.
    pub state: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Findings, 1 to 200; 100 unless told.
    pub limit: Option<i64>,
}

/// How many there are of a rule in a state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentCount {
    /// Rule.
    pub rule: String,
    /// State.
    pub state: String,
    /// How many.
    pub count: i64,
    /// Fen that they cost together; what another finding costs instead of is left out.
    pub amount_fen: i64,
}

/// A page of findings, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentPage {
    /// The findings.
    pub incidents: Vec<IncidentRow>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
    /// Counts of the whole time and person, by rule and state.
    pub counts: Vec<IncidentCount>,
}

fn cursor(text: &str) -> Result<(Stamp, IncidentId), Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let (at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok((
        Stamp::from_micros(at.parse().map_err(|_| bad())?),
        id.parse().map_err(|_| bad())?,
    ))
}

/// What was found wrong (R-FINE-01): proposed, confirmed, waived, appealed.
#[utoipa::path(get, path = "/api/v1/incident/incidents", tag = "incident", params(IncidentQuery),
    responses((status = 200, body = IncidentPage), Problems))]
pub(crate) async fn incidents(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<IncidentQuery>,
) -> Answer<Json<IncidentPage>> {
    let directory = api.house.directory();
    let shop = match query.shop.as_deref() {
        None => None,
        Some(code) => Some(
            directory
                .shop_by_code(code)
                .map(|s| s.id)
                .ok_or_else(|| Problem::not_found("shop"))?,
        ),
    };
    let person = query
        .person
        .as_deref()
        .map(|p| parse_id(p, "person"))
        .transpose()?;
    let rule = match query.rule.as_deref() {
        None => None,
        Some(id) => Some(Rule::parse(id).ok_or_else(|| {
            let known: Vec<_> = Rule::ALL.iter().map(|r| r.id()).collect();
            Problem::invalid("bad_field", format!("rule is one of {}", known.join(", ")))
        })?),
    };
    let state = match query.state.as_deref() {
        None => None,
        Some(name) => Some(Standing::parse(name).ok_or_else(|| {
            Problem::invalid("bad_field", "state is proposed, confirmed, waived or appealed")
        })?),
    };
    let before = query.after.as_deref().map(cursor).transpose()?;
    let page = yingke_app::incident::list(
        &api.house,
        &staff,
        shop,
        parse_time(&query.from, "from")?,
        parse_time(&query.to, "to")?,
        person,
        rule,
        state,
        before,
        query.limit.unwrap_or(PAGE),
    )
    .await?;
    let next = page
        .incidents
        .last()
        .filter(|_| page.more)
        .map(|i| format!("{}_{}", i.at.micros(), i.id));
    Ok(Json(IncidentPage {
        incidents: page.incidents.iter().map(|i| incident(i, &directory)).collect(),
        next,
        counts: page
            .counts
            .iter()
            .map(|c| IncidentCount {
                rule: c.rule.id().to_owned(),
                state: c.state.as_str().to_owned(),
                count: c.count,
                amount_fen: c.amount.0,
            })
            .collect(),
    }))
}
