//! `GET /api/v1/worklog/entries`

use super::view::{WorklogEntry, entry, solved};
use crate::http::{Api, Desk, Json, Params, own_shops, parse_id};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::Staff;
use yingke_app::worklog::Wanted;
use yingke_kernel::{Problem, Stamp, WorklogId};

/// Entries of a page unless told.
const PAGE: usize = 50;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorklogQuery {
    /// Words that all stand in it: any two characters are found.
    pub q: Option<String>,
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// From this day on, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// To this day, inclusive.
    pub to: Option<String>,
    /// Written by this person.
    pub person: Option<String>,
    /// `open` or `solved`.
    pub state: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Entries, 1 to 200; 50 unless told.
    pub limit: Option<usize>,
}

impl WorklogQuery {
    /// Which entries are asked for.
    pub(crate) fn wanted(&self, api: &Api, staff: &Staff) -> Result<Wanted, Problem> {
        let shop = match self.shop.as_deref() {
            None => None,
            code => own_shops(api, staff, code)?.first().copied(),
        };
        Ok(Wanted {
            words: self.q.clone().unwrap_or_default(),
            shop,
            from: self.from.as_deref().map(|d| day(d, "from")).transpose()?,
            to: self.to.as_deref().map(|d| day(d, "to")).transpose()?,
            person: self
                .person
                .as_deref()
                .map(|p| parse_id(p, "person"))
                .transpose()?,
            solved: self.state.as_deref().map(solved).transpose()?,
            tag: self.tag.clone().unwrap_or_default(),
        })
    }
}

/// A page of the work log, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklogPage {
    /// The entries.
    pub entries: Vec<WorklogEntry>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
    /// The words are too few to be looked for: two characters at least.
    pub short: bool,
}

fn cursor(text: &str) -> Result<(Stamp, WorklogId), Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let (at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok((
        Stamp::from_micros(at.parse().map_err(|_| bad())?),
        id.parse().map_err(|_| bad())?,
    ))
}

/// The work log of the caller's shops, the whole team's, searched and filtered (R-DESK-15).
#[utoipa::path(get, path = "/api/v1/worklog/entries", tag = "worklog", params(WorklogQuery),
    responses((status = 200, body = WorklogPage), Problems))]
pub(crate) async fn worklog_entries(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<WorklogQuery>,
) -> Answer<Json<WorklogPage>> {
    let wanted = query.wanted(&api, &staff)?;
    let before = query.after.as_deref().map(cursor).transpose()?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, 200);
    let found = yingke_app::worklog::list(&api.house, &staff, wanted, before, limit).await?;
    let directory = api.house.directory();
    Ok(Json(WorklogPage {
        entries: found.entries.iter().map(|w| entry(w, &directory)).collect(),
        next: found.next.map(|(at, id)| format!("{}_{id}", at.micros())),
        short: found.short,
    }))
}
