//! A close or a waiver is taken back by whoever did it, at once.

use super::{LineData, Void, checked, past_of, refused, shops};
use crate::access::audited;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::Right;
use yingke_domain::conversation::{EntryKind, Undone, reopen as rule, reopened};
use yingke_kernel::{PersonId, ThreadId};
use yingke_store::conversation::{self as rows, EntryRow, Note, ThreadRow, apply};
use yingke_store::{Lane, Tx};

/// Takes the last close or waiver of a thread back: it counts as never done (policy `conversation.undo_secs`).
///
/// # Errors
/// `undo_late` once it is too long ago, was done by somebody else, or something came after it.
pub async fn reopen(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let now = house.now();
    let policy = house.policy();
    let within = policy.conversation.undo_secs;
    let allowed = shops(house, staff);
    let me = staff.person;
    crate::presence::active(house, me);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let late = || {
                let detail = format!("a close or a waiver can be undone for {within} s, by whoever did it, while nothing came after it");
                Problem::conflict("undo_late", detail)
            };
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            let last = rows::entry_at(tx, thread, t.live.last_seq)?
                .filter(|e| is_act_of(e, me) && now.secs_since(e.at) <= within)
                .ok_or_else(late)?;
            let entries = rows::entries_of(tx, thread, last.conversation)?;
            let void = Void::of(&entries, rows::recalled(tx, thread)?);
            let rest = entries
                .iter()
                .filter(|e| e.seq != last.seq)
                .map(|e| (e.seq, e.at, past_of(e, &void)));
            let owed = reopened(rest, 0);
            let line: LineData = last
                .data
                .as_deref()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default();
            let act = Undone {
                seq: last.seq,
                kind: last.kind,
                conversation: last.conversation,
                by: me,
                holder: last.agent.map(PersonId),
                line: line.line,
                owed,
            };
            let change = rule(t.live.clone(), &act, me, now, &policy.conversation).map_err(refused)?;
            audited(tx, now, Some(me), "conversation.reopen", &thread.to_string(), last.kind.as_str())?;
            apply(tx, t, change, Note::default(), now)
        })
        .await
}

fn is_act_of(e: &EntryRow, person: PersonId) -> bool {
    matches!(e.kind, EntryKind::Close | EntryKind::Waive) && e.sender == "agent" && e.author == person.0
}
