//! What agents do with a conversation: take, transfer, give back, close, waive, recall, read.

use super::{checked, may_act, refused};
use crate::access::audited;
use crate::{Caller, House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::{self as rules, Change, Closer, EntryKind, Past, Sender, Target};
use yingke_domain::presence::State;
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::{EntryRow, Note, ThreadRow, apply, get};
use yingke_store::{Effect, Lane, Tx};

/// Most characters of a handover note.
const NOTE_MAX: usize = 1_000;

fn shops(house: &House, staff: &Staff) -> Vec<ShopId> {
    house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|s| s.id)
        .collect()
}

/// Runs one act on one thread: the rules on the row as it is now, then the write.
async fn act(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    note: Note,
    audit: Option<&'static str>,
    decide: impl Fn(&mut Tx<'_>, &ThreadRow, Stamp) -> yingke_store::Result<Change> + Send + 'static,
) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let now = house.now();
    let allowed = shops(house, staff);
    let who = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, get(tx, thread)?)?;
            let change = decide(tx, &t, now)?;
            let note = note.clone();
            if let Some(act) = audit {
                audited(tx, now, Some(who.person), act, &thread.to_string(), &note.text)?;
            }
            apply(tx, t, change, note, now)
        })
        .await
}

fn seen() -> Note {
    Note {
        seen: true,
        ..Note::default()
    }
}

/// Takes a conversation: from the queue, or (with the right) from a colleague.
pub async fn take(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    act(
        house,
        staff,
        thread,
        Note::default(),
        Some("conversation.take"),
        move |_, t, now| {
            let by = Sender::Agent(me.person);
            let change = match t.live.holder {
                Some(holder) if holder != me.person && allows(me.role, Right::TakeOver) => {
                    rules::transfer(t.live.clone(), holder, Target::Person(me.person), by, now)
                }
                _ => rules::assign(t.live.clone(), me.person, by, now),
            };
            change.map_err(refused)
        },
    )
    .await
}

/// Passes a conversation on to a colleague, or back to the queue (`None`), with a note that only colleagues see.
pub async fn transfer(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    to: Option<PersonId>,
    note: String,
) -> Result<ThreadRow> {
    if note.chars().count() > NOTE_MAX {
        return Err(Problem::invalid(
            "note_too_long",
            format!("a handover note has at most {NOTE_MAX} characters"),
        ));
    }
    let directory = house.directory();
    if let Some(to) = to {
        let person = directory
            .person(to)
            .filter(|p| p.active)
            .ok_or_else(|| Problem::not_found("person"))?;
        if crate::presence::state_of(house, to) != State::Online {
            return Err(Problem::conflict(
                "not_online",
                format!("{} is not online; choose somebody who is", person.name),
            ));
        }
    }
    let me = staff.clone();
    act(
        house,
        staff,
        thread,
        Note {
            text: note,
            ..Note::default()
        },
        Some("conversation.transfer"),
        move |_, t, now| {
            may_act(&me, t.live.holder)?;
            if let Some(to) = to
                && !directory.is_member(t.shop, to)
            {
                return Err(
                    Problem::conflict("not_member", "this colleague does not work for this shop").into(),
                );
            }
            let by = Sender::Agent(me.person);
            match (t.live.holder, to) {
                (Some(holder), Some(to)) => {
                    rules::transfer(t.live.clone(), holder, Target::Person(to), by, now)
                }
                (Some(_), None) => rules::requeue(t.live.clone(), false, now),
                (None, Some(to)) => rules::assign(t.live.clone(), to, by, now),
                (None, None) => Err(rules::ConversationError::NotHeld),
            }
            .map_err(refused)
        },
    )
    .await
}

/// Gives a conversation back to the queue.
pub async fn requeue(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    transfer(house, staff, thread, None, String::new()).await
}

/// Closes a conversation; an open turn ends unanswered.
pub async fn close(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    act(house, staff, thread, seen(), None, move |_, t, now| {
        may_act(&me, t.live.holder)?;
        rules::close(t.live.clone(), Closer::Agent(me.person), now).map_err(refused)
    })
    .await
}

/// The open turn needs no answer: no alarm, no fine; on the audit trail (2.1).
pub async fn waive(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    let policy = house.policy();
    act(
        house,
        staff,
        thread,
        seen(),
        Some("conversation.waive"),
        move |_, t, now| {
            may_act(&me, t.live.holder)?;
            rules::waive(t.live.clone(), me.person, now, &policy.conversation).map_err(refused)
        },
    )
    .await
}

/// Takes one's own message back. The words are no longer kept; that there was a message is.
pub async fn recall(house: &House, staff: &Staff, thread: ThreadId, seq: i64) -> Result<ThreadRow> {
    let me = staff.clone();
    let policy = house.policy();
    let within = policy.conversation.recall_secs;
    act(
        house,
        staff,
        thread,
        Note::default(),
        Some("conversation.recall"),
        move |tx, t, now| {
            let entry = yingke_store::conversation::entry_at(tx, thread, seq)?
                .filter(|e| e.kind.is_message() && e.sender == "agent" && e.author == me.person.0)
                .ok_or_else(|| Problem::not_found("message of yours"))?;
            if now.secs_since(entry.at) > within {
                return Err(Problem::conflict(
                    "recall_late",
                    format!("a message can be taken back for {within} s"),
                )
                .into());
            }
            let recalled = yingke_store::conversation::recalled(tx, thread)?;
            if recalled.contains(&seq) {
                return Err(
                    Problem::conflict("recalled_already", "this message was taken back already").into(),
                );
            }
            let past = yingke_store::conversation::entries_of(tx, thread, entry.conversation)?;
            let past = past.iter().map(|e| (e.seq, e.at, past_of(e, &recalled)));
            let reopened = rules::reopened(past, seq);
            let by = Sender::Agent(me.person);
            let change = rules::recall(
                t.live.clone(),
                by,
                seq,
                entry.conversation,
                reopened,
                now,
                &policy.conversation,
            )
            .map_err(refused)?;
            yingke_store::conversation::blank_entry(tx, thread, seq)?;
            Ok(change)
        },
    )
    .await
}

/// What an entry means for the question which buyer's message is owed an answer.
fn past_of(entry: &EntryRow, recalled: &[i64]) -> Past {
    match (entry.sender.as_str(), entry.kind) {
        (_, EntryKind::Waive) => Past::Waive,
        ("buyer", kind) if kind.is_message() => Past::Buyer,
        ("agent", kind) if kind.is_message() && !entry.automatic && !recalled.contains(&entry.seq) => {
            Past::Person
        }
        _ => Past::Other,
    }
}

/// The caller has seen everything up to `seq`.
pub async fn read(house: &House, who: &Caller, thread: ThreadId, seq: i64) -> Result<()> {
    let by_buyer = match who {
        Caller::Guest(guest) if guest.thread == thread => true,
        Caller::Guest(_) => return Err(Problem::not_found("thread")),
        Caller::Staff(_) => false,
    };
    let allowed = match who {
        Caller::Staff(staff) => Some(shops(house, staff)),
        Caller::Guest(_) => None,
    };
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let shop = match &allowed {
                Some(shops) => checked(shops, get(tx, thread)?)?.shop,
                None => get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?.shop,
            };
            if yingke_store::conversation::set_read(tx, thread, by_buyer, seq)? {
                tx.emit(Effect::Read {
                    shop,
                    thread,
                    by_buyer,
                    seq,
                });
            }
            Ok(())
        })
        .await
}
