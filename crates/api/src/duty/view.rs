//! Lines and ticks as the pages see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use yingke_app::Directory;
use yingke_app::duty::{Cursor, Line, Say, TickRow};
use yingke_domain::duty::{Group, List, Outcome, Reason};
use yingke_kernel::{Problem, Stamp};

/// What was done about a line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyTick {
    /// Its id.
    pub id: String,
    /// `done` or `skipped`.
    pub outcome: String,
    /// Why: `stock presale address buyer refund warehouse courier elsewhere other`, or empty.
    pub reason: String,
    /// Why, in words.
    pub note: String,
    /// After the hour of the list.
    pub late: bool,
    /// Who.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
}

/// A line of a list of the day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyLine {
    /// What it is about.
    pub group: String,
    /// Order, thread, note, or line of the shop's own.
    pub of: String,
    /// Entry of the thread, else 0.
    pub seq: i64,
    /// Since when: placed, paid, waiting, left, given; RFC 3339.
    pub at: String,
    /// Its words; of a line with a tick as they were then.
    pub words: String,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// The thread to open.
    pub thread: Option<String>,
    /// The entry to show there; 0 = the last one.
    pub entry: i64,
    /// The order.
    pub order: Option<String>,
    /// The platform's number of the order.
    pub number: Option<String>,
    /// Title of its first line.
    pub title: Option<String>,
    /// What it costs, fen.
    pub amount_fen: Option<i64>,
    /// The day on which it reaches the buyer: `YYYY-MM-DD`.
    pub arrival: Option<String>,
    /// Name of who left or holds it.
    pub person_name: Option<String>,
    /// Score of a rating.
    pub score: Option<i64>,
    /// Longer than it should be.
    pub late: bool,
    /// What was done about it.
    pub tick: Option<DutyTick>,
}

/// What somebody says about a line, or about a whole group.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DutySay {
    /// Shop code.
    pub shop: String,
    /// `opening` or `early`.
    pub list: String,
    /// What the lines are about.
    pub group: String,
    /// The line (`of`); absent = every open line of the group.
    #[serde(default)]
    pub of: Option<String>,
    /// Entry of the thread, else 0.
    #[serde(default)]
    pub seq: i64,
    /// `done` or `skipped`.
    pub outcome: String,
    /// Why, from the list.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why, in words.
    #[serde(default)]
    pub note: String,
    /// The day on which the goods reach the buyer: `YYYY-MM-DD`.
    #[serde(default)]
    pub arrival: Option<String>,
}

fn name(directory: &Directory, id: Uuid) -> String {
    directory.actor_name(id).unwrap_or_default().to_owned()
}

/// The wire form of a tick.
pub(crate) fn tick(t: &TickRow, directory: &Directory) -> DutyTick {
    DutyTick {
        id: t.id.to_string(),
        outcome: t.outcome.as_str().to_owned(),
        reason: t.reason.clone(),
        note: t.note.clone(),
        late: t.late,
        person: t.person.to_string(),
        person_name: name(directory, t.person.0),
        at: t.at.to_string(),
    }
}

/// The wire form of a line.
pub(crate) fn line(l: &Line, directory: &Directory) -> DutyLine {
    let order = l.order.as_ref();
    let told = l.tick.as_ref().and_then(|t| t.order);
    DutyLine {
        group: l.group.as_str().to_owned(),
        of: l.of.to_string(),
        seq: l.seq,
        at: l.at.to_string(),
        words: l.words.clone(),
        buyer_name: l.buyer.clone().or_else(|| order.and_then(|o| o.buyer.clone())),
        thread: l.thread.map(|t| t.to_string()),
        entry: l.entry,
        order: order.map(|o| o.id).or(told).map(|id| id.to_string()),
        number: order.map(|o| o.number.clone()),
        title: order.map(|o| o.title.clone()),
        amount_fen: order.map(|o| o.gross.0),
        arrival: order.and_then(|o| o.arrival.clone()),
        person_name: l.person.map(|p| name(directory, p.0)),
        score: l.score,
        late: l.late,
        tick: l.tick.as_ref().map(|t| tick(t, directory)),
    }
}

/// The list of that name.
pub(crate) fn parse_list(text: &str) -> Result<List, Problem> {
    List::parse(text).ok_or_else(|| Problem::invalid("bad_field", "list is opening or early"))
}

/// The group of that name.
pub(crate) fn parse_group(text: &str) -> Result<Group, Problem> {
    Group::parse(text).ok_or_else(|| {
        let known: Vec<_> = Group::ALL.iter().map(|g| g.as_str()).collect();
        Problem::invalid("bad_field", format!("group is one of {}", known.join(", ")))
    })
}

/// What was said, read.
pub(crate) fn say(body: &DutySay) -> Result<Say, Problem> {
    let outcome = Outcome::parse(&body.outcome)
        .ok_or_else(|| Problem::invalid("bad_field", "outcome is done or skipped"))?;
    let reason = match body.reason.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(Reason::parse(text).ok_or_else(|| {
            let known: Vec<_> = Reason::ALL.iter().map(|r| r.as_str()).collect();
            Problem::invalid("bad_field", format!("reason is one of {}", known.join(", ")))
        })?),
    };
    let arrival = match body.arrival.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(crate::metric::performance::day(text, "arrival")?),
    };
    Ok(Say {
        outcome,
        reason,
        note: body.note.clone(),
        arrival,
    })
}

/// A cursor as it travels.
pub(crate) fn cursor(c: Cursor) -> String {
    format!("{}_{}_{}", c.at.micros(), c.of, c.seq)
}

/// A cursor that came back.
pub(crate) fn parse_cursor(text: &str) -> Result<Cursor, Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let mut parts = text.split('_');
    let mut part = || parts.next().ok_or_else(bad);
    Ok(Cursor {
        at: Stamp::from_micros(part()?.parse().map_err(|_| bad())?),
        of: part()?.parse().map_err(|_| bad())?,
        seq: part()?.parse().map_err(|_| bad())?,
    })
}
