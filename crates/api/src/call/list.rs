//! `GET /api/v1/call/calls`

use super::view::{CallOutcome, call};
use crate::http::{Api, Desk, Json, Params, own_shops, parse_id, parse_time};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::CallRow;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::Staff;
use yingke_app::call::Filter;
use yingke_kernel::{CallId, Problem, Stamp};

/// Calls of a page unless told.
const PAGE: i64 = 100;

/// Which calls.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// Calls from this time on, RFC 3339.
    pub from: String,
    /// Calls before this time, RFC 3339.
    pub to: String,
    /// Of this person.
    pub person: Option<String>,
    /// `settled agreed call_again no_answer declined wrong_number`.
    #[param(inline)]
    pub outcome: Option<CallOutcome>,
    /// Last digits of the telephone or of the order number.
    pub q: Option<String>,
    /// Only those still to be confirmed.
    pub open: Option<bool>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Calls, 1 to 200; 100 unless told.
    pub limit: Option<i64>,
}

impl CallQuery {
    /// As the house takes it.
    pub(super) fn read(&self, api: &Api, staff: &Staff) -> Result<Filter, Problem> {
        let before = match self.after.as_deref() {
            None => None,
            Some(text) => Some(cursor(text)?),
        };
        Ok(Filter {
            shops: own_shops(api, staff, self.shop.as_deref())?
                .iter()
                .map(|s| s.bytes())
                .collect(),
            from: parse_time(&self.from, "from")?,
            to: parse_time(&self.to, "to")?,
            person: self
                .person
                .as_deref()
                .map(|p| parse_id(p, "person"))
                .transpose()?,
            outcome: self.outcome.map(CallOutcome::of),
            number: self.q.as_deref().unwrap_or_default().trim().to_owned(),
            open: self.open.unwrap_or(false),
            before,
        })
    }
}

fn cursor(text: &str) -> Result<(Stamp, CallId), Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let (at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok((
        Stamp::from_micros(at.parse().map_err(|_| bad())?),
        id.parse().map_err(|_| bad())?,
    ))
}

/// A page of calls, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallPage {
    /// The calls.
    pub calls: Vec<CallRow>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Telephone calls with buyers (R-CHANNEL-05).
#[utoipa::path(get, path = "/api/v1/call/calls", tag = "call", params(CallQuery),
    responses((status = 200, body = CallPage), Problems))]
pub(crate) async fn list_calls(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<CallQuery>,
) -> Answer<Json<CallPage>> {
    let filter = query.read(&api, &staff)?;
    let page = yingke_app::call::list(&api.house, &staff, filter, query.limit.unwrap_or(PAGE)).await?;
    let directory = api.house.directory();
    let next = page
        .calls
        .last()
        .filter(|_| page.more)
        .map(|c| format!("{}_{}", c.row.at.micros(), c.row.id));
    Ok(Json(CallPage {
        calls: page
            .calls
            .iter()
            .map(|c| call(&c.row, &c.buyer_name, &directory))
            .collect(),
        next,
    }))
}
