//! Marks and blocks as the pages see them.

use crate::ws::protocol::MarkRow;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::Directory;
use yingke_app::abuse::{BlockRow as Block, MarkRow as Mark, ReportRow as Report};
use yingke_kernel::{PersonId, ShopId};

pub(super) fn name(directory: &Directory, person: PersonId) -> String {
    directory.actor_name(person.0).unwrap_or_default().to_owned()
}

pub(super) fn code(directory: &Directory, shop: ShopId) -> String {
    directory.shop(shop).map(|s| s.code.clone()).unwrap_or_default()
}

/// The wire form of a mark.
pub(crate) fn mark(m: &Mark, directory: &Directory) -> MarkRow {
    MarkRow {
        id: m.id.to_string(),
        shop: code(directory, m.shop),
        thread: m.thread.to_string(),
        seq: (m.seq > 0).then_some(m.seq),
        sort: m.sort.as_str().to_owned(),
        person: m.person.to_string(),
        person_name: name(directory, m.person),
        at: m.at.to_string(),
        reason: m.reason.clone(),
        state: m.state.as_str().to_owned(),
        decided_by: m.decided_by.map(|p| name(directory, p)),
        decided_at: m.decided_at.map(|at| at.to_string()),
        note: m.note.clone(),
        entry: m.entry,
    }
}

/// A buyer whom a shop does not listen to (R-DESK-12).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BlockView {
    /// Its id.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// The buyer's thread.
    pub thread: String,
    /// The buyer's name; where it is asked for.
    pub buyer_name: Option<String>,
    /// Who blocked them.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// When it ends by itself, RFC 3339; null = when it is lifted.
    pub until: Option<String>,
    /// Why.
    pub reason: String,
    /// Whether it holds now.
    pub stands: bool,
    /// Name of who lifted it.
    pub lifted_by: Option<String>,
    /// When, RFC 3339.
    pub lifted_at: Option<String>,
    /// Why it was lifted.
    pub note: String,
}

/// The wire form of a block.
pub(super) fn block(b: &Block, buyer_name: Option<String>, stands: bool, directory: &Directory) -> BlockView {
    BlockView {
        id: b.id.to_string(),
        shop: code(directory, b.shop),
        thread: b.thread.to_string(),
        buyer_name,
        person_name: name(directory, b.person),
        at: b.at.to_string(),
        until: b.until.map(|at| at.to_string()),
        reason: b.reason.clone(),
        stands,
        lifted_by: b.lifted_by.map(|p| name(directory, p)),
        lifted_at: b.lifted_at.map(|at| at.to_string()),
        note: b.note.clone(),
    }
}

/// What was handed to a platform or the police (R-DESK-12).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReportView {
    /// Its id.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// The buyer's thread.
    pub thread: String,
    /// The buyer's name; where it is asked for.
    pub buyer_name: Option<String>,
    /// Who reported it.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// To whom.
    pub place: String,
    /// The number of the case there.
    pub number: String,
    /// What came of it; empty while it is not known.
    pub outcome: String,
    /// Name of who changed it last.
    pub changed_by: String,
    /// When, RFC 3339.
    pub changed_at: String,
}

/// The wire form of a report.
pub(super) fn report(r: &Report, buyer_name: Option<String>, directory: &Directory) -> ReportView {
    ReportView {
        id: r.id.to_string(),
        shop: code(directory, r.shop),
        thread: r.thread.to_string(),
        buyer_name,
        person_name: name(directory, r.person),
        at: r.at.to_string(),
        place: r.place.clone(),
        number: r.number.clone(),
        outcome: r.outcome.clone(),
        changed_by: name(directory, r.changed_by),
        changed_at: r.changed_at.to_string(),
    }
}
