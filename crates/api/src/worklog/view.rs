//! Entries of the work log as the pages see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::Directory;
use yingke_app::worklog::{Said, WorklogRow};
use yingke_kernel::Problem;

/// An entry of the work log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklogEntry {
    /// Its id.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// Who wrote it.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// The day by the shop's calendar, `YYYY-MM-DD`.
    pub day: String,
    /// When, RFC 3339.
    pub at: String,
    /// What was met.
    pub problem: String,
    /// What caused it.
    pub cause: String,
    /// How it was solved.
    pub solution: String,
    /// `open` or `solved`.
    pub state: String,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// The thread that it is about.
    pub thread: Option<String>,
    /// The entry of the thread, else 0.
    pub seq: i64,
    /// The order, if the house knows it.
    pub order: Option<String>,
    /// The order's number; empty = none.
    pub number: String,
    /// The shop's own number of the article; empty = none.
    pub goods: String,
    /// The buyer.
    pub buyer: Option<String>,
    /// Grows by one with every change; whoever changes it says which one they began from.
    pub rev: i64,
    /// When it changed last, RFC 3339.
    pub changed_at: String,
    /// Its words were forgotten with the buyer's.
    pub erased: bool,
}

/// What an entry says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct WorklogSaid {
    /// What was met, 500 characters at most.
    pub problem: String,
    /// What caused it, 2,000 characters at most.
    #[serde(default)]
    pub cause: String,
    /// How it was solved, 2,000 characters at most.
    #[serde(default)]
    pub solution: String,
    /// `open` or `solved`.
    pub state: String,
    /// Tags, 8 at most.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Number of the order that it is about; empty = none.
    #[serde(default)]
    pub number: String,
    /// The shop's own number of the article; empty = none.
    #[serde(default)]
    pub goods: String,
}

/// Whether the state of that name is the solved one.
pub(crate) fn solved(state: &str) -> Result<bool, Problem> {
    match state {
        "open" => Ok(false),
        "solved" => Ok(true),
        _ => Err(Problem::invalid("bad_field", "state is open or solved")),
    }
}

const fn state(solved: bool) -> &'static str {
    if solved { "solved" } else { "open" }
}

impl WorklogSaid {
    /// What was said, read.
    pub(crate) fn read(self) -> Result<Said, Problem> {
        Ok(Said {
            solved: solved(&self.state)?,
            problem: self.problem,
            cause: self.cause,
            solution: self.solution,
            tags: self.tags,
            number: self.number,
            goods: self.goods,
        })
    }

    /// The wire form of what was said.
    pub(crate) fn of(said: Said) -> Self {
        Self {
            state: state(said.solved).to_owned(),
            problem: said.problem,
            cause: said.cause,
            solution: said.solution,
            tags: said.tags,
            number: said.number,
            goods: said.goods,
        }
    }
}

/// The wire form of an entry.
pub(crate) fn entry(w: &WorklogRow, directory: &Directory) -> WorklogEntry {
    WorklogEntry {
        id: w.id.to_string(),
        shop: directory.shop(w.shop).map(|s| s.code.clone()).unwrap_or_default(),
        person: w.person.to_string(),
        person_name: directory.actor_name(w.person.0).unwrap_or_default().to_owned(),
        day: w.day.clone(),
        at: w.at.to_string(),
        problem: w.problem.clone(),
        cause: w.cause.clone(),
        solution: w.solution.clone(),
        state: state(w.solved).to_owned(),
        tags: w.tags.clone(),
        thread: w.thread.map(|t| t.to_string()),
        seq: w.seq,
        order: w.order.map(|o| o.to_string()),
        number: w.number.clone(),
        goods: w.goods.clone(),
        buyer: w.buyer.map(|b| b.to_string()),
        rev: w.rev,
        changed_at: w.changed_at.to_string(),
        erased: w.erased_at.is_some(),
    }
}
