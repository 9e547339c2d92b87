//! Messages and what happens to conversations.

pub(crate) mod about;
mod act;
mod card;
pub(crate) mod greet;
mod look;
mod mark;
mod offers;
pub(crate) mod remark;
mod send;
mod undo;

pub use about::{RowMarks, is_mentioned, row_marks};
pub(crate) use act::give_on;
pub use act::{Destination, close, read, recall, requeue, take, transfer, waive};
pub use card::{Card, CardChoice, PageCard};
pub use look::{
    entries_after, entries_before, last_entries, open_rows, page, queue_estimate, queue_place, recalled_seqs,
    thread, thread_of_guest,
};
pub use mark::{SeenPage, look_at, mark_unread, set_stage};
pub use offers::{Offer, offers};
pub use remark::{MentionRow, ask_rating, mentions, note, rate, see_mentions, to_be_rated};
pub use send::{Author, Outgoing, send};
pub use undo::reopen;
pub use yingke_store::Appended;
pub use yingke_store::conversation::Quoted;

use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::{ConversationError, EntryKind, Past};
use yingke_domain::escalation::Way;
use yingke_kernel::{PersonId, ShopId};
use yingke_store::conversation::{EntryRow, ThreadRow};

/// Payload of a private note.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NoteData {
    /// Colleagues that it names.
    pub mentions: Vec<PersonId>,
    /// What became of a price (R-BARGAIN-04).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bargain: Option<crate::bargain::BargainMark>,
    /// What became of a mark, a block or a report (R-DESK-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abuse: Option<crate::abuse::AbuseMark>,
}

impl From<crate::bargain::BargainMark> for NoteData {
    fn from(mark: crate::bargain::BargainMark) -> Self {
        Self {
            bargain: Some(mark),
            ..Self::default()
        }
    }
}

impl From<crate::abuse::AbuseMark> for NoteData {
    fn from(mark: crate::abuse::AbuseMark) -> Self {
        Self {
            abuse: Some(mark),
            ..Self::default()
        }
    }
}

/// Payload of a buyer's mark; the words are the entry's text.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct RatingData {
    /// 1 to 5.
    pub score: i64,
}

/// Payload of a transfer or a requeue by hand, and of a close.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct LineData {
    /// The line: to whose queue it went, or on which it was closed.
    pub line: Option<String>,
    /// How it was given out of hand (R-DESK-13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// The line on which it was served until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_line: Option<String>,
}

/// Most characters of one message.
pub const TEXT_MAX: usize = 4_000;

/// Whether a person of the house may see the conversations of a shop.
pub(crate) fn may_see(house: &House, staff: &Staff, shop: ShopId) -> Result<()> {
    if house.directory().is_member(shop, staff.person) {
        return Ok(());
    }
    // Not "forbidden": whoever does not work for a shop learns nothing of it.
    Err(Problem::not_found("thread"))
}

/// Shops of a person.
fn shops(house: &House, staff: &Staff) -> Vec<ShopId> {
    house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|s| s.id)
        .collect()
}

/// What counts as never said, or never done, when it is asked which buyer's message is owed an answer.
#[derive(Default)]
pub(crate) struct Void {
    /// Messages that were taken back.
    pub(crate) recalled: Vec<i64>,
    /// Closes, waivers and marks that were taken back.
    pub(crate) undone: Vec<i64>,
    /// The buyer's messages that are abuse ...
    pub(crate) marked: Vec<i64>,
    /// ... and those before this sequence, all of them.
    pub(crate) marked_before: i64,
}

impl Void {
    /// Of the entries of a conversation; `recalled`: of its thread.
    pub(crate) fn of(entries: &[EntryRow], recalled: Vec<i64>) -> Self {
        let mut void = Self {
            recalled,
            ..Self::default()
        };
        void.undone = entries
            .iter()
            .filter(|e| e.kind == EntryKind::Reopen)
            .filter_map(|e| e.refers)
            .collect();
        for e in entries {
            match (e.kind, e.refers) {
                // A supervisor took it back.
                (EntryKind::Mark, _) if void.undone.contains(&e.seq) => {}
                (EntryKind::Mark, Some(seq)) => void.marked.push(seq),
                (EntryKind::Mark, None) => void.marked_before = e.seq,
                _ => {}
            }
        }
        void
    }
}

/// What an entry means for the question which buyer's message is owed an answer.
pub(crate) fn past_of(entry: &EntryRow, void: &Void) -> Past {
    let is_abuse = entry.automatic || entry.seq < void.marked_before || void.marked.contains(&entry.seq);
    match (entry.sender.as_str(), entry.kind) {
        (_, EntryKind::Waive) if !void.undone.contains(&entry.seq) => Past::Waive,
        ("buyer", kind) if kind.is_message() && !is_abuse => Past::Buyer,
        ("agent", kind) if kind.is_message() && !entry.automatic && !void.recalled.contains(&entry.seq) => {
            Past::Person
        }
        _ => Past::Other,
    }
}

/// Whether a person may act upon a conversation that `holder` holds.
pub(crate) fn may_act(staff: &Staff, holder: Option<PersonId>) -> Result<()> {
    match holder {
        Some(holder) if holder != staff.person && !allows(staff.role, Right::TakeOver) => {
            Err(Problem::conflict(
                "held_by_other",
                "somebody else holds this conversation; ask them to transfer it",
            ))
        }
        _ => Ok(()),
    }
}

pub(crate) fn refused(error: ConversationError) -> yingke_store::StoreError {
    let code = match error {
        ConversationError::HeldByOther(_) => "held_by_other",
        other => other.code(),
    };
    Problem::conflict(code, error.to_string()).into()
}

/// A thread of a shop that the caller works for.
pub(crate) fn checked(shops: &[ShopId], t: Option<ThreadRow>) -> yingke_store::Result<ThreadRow> {
    match t {
        Some(t) if shops.contains(&t.shop) => Ok(t),
        _ => Err(Problem::not_found("thread").into()),
    }
}
