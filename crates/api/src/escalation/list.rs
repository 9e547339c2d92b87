//! `GET /api/v1/escalation/escalations`

use crate::http::{Api, Desk, Json, Params, parse_id, parse_time};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_kernel::{Problem, Stamp, ThreadId};

/// Lines of a page unless told.
const PAGE: i64 = 100;

/// Which ones.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EscalationQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// From this time on, RFC 3339.
    pub from: String,
    /// Before this time, RFC 3339.
    pub to: String,
    /// By this person; whoever does not judge sees their own in any case.
    pub person: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Lines, 1 to 200; 100 unless told.
    pub limit: Option<i64>,
}

/// A matter that was handed up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscalationRow {
    /// The thread.
    pub thread: String,
    /// The entry that did it.
    pub seq: i64,
    /// Shop code.
    pub shop: String,
    /// The buyer.
    pub buyer_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// Who.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// `transfer`: the conversation went up; `mention`: a private note asks somebody who leads; `price`: a price was asked for.
    pub how: String,
    /// Name of who got it; null = a line, or whoever answers requests.
    pub to: Option<String>,
    /// To the queue of this line.
    pub line: Option<String>,
    /// The words with it.
    pub note: String,
}

/// How often somebody handed up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscalationCount {
    /// Who.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// `transfer mention price`.
    pub how: String,
    /// How often.
    pub count: i64,
}

/// A page, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscalationPage {
    /// The lines.
    pub escalations: Vec<EscalationRow>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
    /// Counts of the whole time, by person and kind.
    pub counts: Vec<EscalationCount>,
}

fn cursor(text: &str) -> Result<(Stamp, ThreadId, i64), Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let mut parts = text.split('_');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(at), Some(thread), Some(seq), None) => Ok((
            Stamp::from_micros(at.parse().map_err(|_| bad())?),
            thread.parse().map_err(|_| bad())?,
            seq.parse().map_err(|_| bad())?,
        )),
        _ => Err(bad()),
    }
}

/// What was handed up, with its time (R-DESK-13).
#[utoipa::path(get, path = "/api/v1/escalation/escalations", tag = "escalation", params(EscalationQuery),
    responses((status = 200, body = EscalationPage), Problems))]
pub(crate) async fn list_escalations(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<EscalationQuery>,
) -> Answer<Json<EscalationPage>> {
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
    let before = query.after.as_deref().map(cursor).transpose()?;
    let page = yingke_app::escalation::list(
        &api.house,
        &staff,
        shop,
        parse_time(&query.from, "from")?,
        parse_time(&query.to, "to")?,
        person,
        before,
        query.limit.unwrap_or(PAGE),
    )
    .await?;
    let name = |id: yingke_kernel::PersonId| directory.actor_name(id.0).unwrap_or_default().to_owned();
    let next = page
        .escalations
        .last()
        .filter(|_| page.more)
        .map(|e| format!("{}_{}_{}", e.row.at.micros(), e.row.thread, e.row.seq));
    let escalations = page.escalations.into_iter().map(|e| EscalationRow {
        thread: e.row.thread.to_string(),
        seq: e.row.seq,
        shop: directory
            .shop(e.row.shop)
            .map(|s| s.code.clone())
            .unwrap_or_default(),
        buyer_name: e.buyer_name,
        at: e.row.at.to_string(),
        person: e.row.person.to_string(),
        person_name: name(e.row.person),
        how: e.row.how.as_str().to_owned(),
        to: e.row.to_person.map(name),
        line: e.row.to_line,
        note: e.note,
    });
    Ok(Json(EscalationPage {
        escalations: escalations.collect(),
        next,
        counts: page
            .counts
            .iter()
            .map(|(person, how, count)| EscalationCount {
                person: person.to_string(),
                person_name: name(*person),
                how: how.as_str().to_owned(),
                count: *count,
            })
            .collect(),
    }))
}
