//! What stands in a thread and is no message: private notes and whom they name, the invitation to give a mark, the mark.

use super::{NoteData, RatingData, checked, may_act, refused, shops};
use crate::access::audited;
use crate::escalation;
use crate::{Guest, House, Problem, Result, Staff};
use std::sync::Arc;
use yingke_domain::access::Right;
use yingke_domain::conversation::{EntryKind, Sender, remark};
use yingke_domain::escalation::Upward;
use yingke_kernel::{ConversationId, PersonId, Stamp, ThreadId};
use yingke_store::conversation::{self as rows, EntryRow, Note, ThreadRow, apply};
use yingke_store::{Effect, Lane, Tx};

/// Most characters of a private note.
const NOTE_MAX: usize = 2_000;
/// Most colleagues that one note names.
const MENTIONS_MAX: usize = 20;
/// Most characters of a buyer's words with a mark.
const WORDS_MAX: usize = 500;
/// Mentions told at once.
const MENTIONS_TOLD: i64 = 200;

pub use yingke_store::conversation::MentionRow;

/// The conversation that a remark is about: the open one, else the last.
pub(crate) fn subject(tx: &mut Tx<'_>, t: &ThreadRow, now: Stamp) -> yingke_store::Result<ConversationId> {
    if let Some(open) = t.live.open_at(now) {
        return Ok(open);
    }
    rows::last_conversation(tx, t.id)?
        .ok_or_else(|| Problem::conflict("thread_empty", "nothing was said in this thread yet").into())
}

/// Writes a remark and gives the entry as it was stored.
fn write(
    tx: &mut Tx<'_>,
    t: ThreadRow,
    kind: EntryKind,
    by: Sender,
    note: Note,
    now: Stamp,
) -> yingke_store::Result<(EntryRow, ThreadRow)> {
    let conversation = subject(tx, &t, now)?;
    let change = remark(t.live.clone(), kind, by, conversation, now).map_err(refused)?;
    let t = apply(tx, t, change, note, now)?;
    let entry = rows::entry_at(tx, t.id, t.live.last_seq)?.ok_or_else(|| {
        Problem::new(
            yingke_kernel::ProblemKind::Internal,
            "internal",
            "a remark that was just written is not there",
        )
    })?;
    Ok((entry, t))
}

/// What became of a price or of a mark, where it happened: a private note of the house's own making. Gives the thread after it.
pub(crate) fn inside(
    tx: &mut Tx<'_>,
    t: ThreadRow,
    by: PersonId,
    text: String,
    about: impl Into<NoteData>,
    now: Stamp,
) -> yingke_store::Result<ThreadRow> {
    let data: NoteData = about.into();
    let note = Note {
        text,
        data: Some(serde_json::to_string(&data).unwrap_or_default()),
        ..Note::default()
    };
    let (_, t) = write(tx, t, EntryKind::Note, Sender::Agent(by), note, now)?;
    Ok(t)
}

/// Writes a private note, on open and closed threads. Whoever it names is told. Never a message, never the buyer's.
///
/// # Errors
/// `note_empty`, `note_too_long`, `too_many_mentions`, `not_member` for somebody who does not work for the shop,
/// `thread_empty`.
pub async fn note(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    text: String,
    mut mentions: Vec<PersonId>,
) -> Result<(EntryRow, ThreadRow)> {
    crate::access::require(staff, Right::Receive)?;
    if text.trim().is_empty() {
        return Err(Problem::invalid("note_empty", "write something first"));
    }
    if text.chars().count() > NOTE_MAX {
        let detail = format!("a note has at most {NOTE_MAX} characters");
        return Err(Problem::invalid("note_too_long", detail));
    }
    mentions.sort_unstable();
    mentions.dedup();
    mentions.retain(|person| *person != staff.person);
    if mentions.len() > MENTIONS_MAX {
        let detail = format!("a note names at most {MENTIONS_MAX} colleagues");
        return Err(Problem::invalid("too_many_mentions", detail));
    }
    let now = house.now();
    let allowed = shops(house, staff);
    let directory = house.directory();
    let me = staff.person;
    crate::presence::active(house, me);
    let named = mentions.clone();
    let data = serde_json::to_string(&NoteData {
        mentions: mentions.clone(),
        ..NoteData::default()
    })
    .unwrap_or_default();
    let written = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            if let Some(stranger) = named.iter().find(|p| !directory.is_member(t.shop, **p)) {
                let detail = format!("{stranger} does not work for this shop");
                return Err(Problem::conflict("not_member", detail).into());
            }
            let note = Note {
                text: text.clone(),
                data: Some(data.clone()),
                ..Note::default()
            };
            let (entry, t) = write(tx, t, EntryKind::Note, Sender::Agent(me), note, now)?;
            for person in &named {
                rows::mention(tx, *person, thread, entry.seq, now)?;
            }
            // Whoever leads is asked: the matter is handed up (R-DESK-13).
            let asked = named.iter().find(|p| escalation::leads(&directory, **p));
            if let Some(asked) =
                asked.filter(|_| !escalation::leads(&directory, me) && t.live.conversation.is_some())
            {
                escalation::record(tx, &t, me, Upward::Mention, Some(*asked), None, now)?;
            }
            Ok((entry, t))
        })
        .await?;
    if !mentions.is_empty() {
        let mut desk = house.0.desk.lock();
        desk.mentions.entry(thread).or_default().extend(mentions);
    }
    Ok(written)
}

/// Notes that name the caller and that they have not seen, oldest first.
pub async fn mentions(house: &House, staff: &Staff) -> Result<Vec<MentionRow>> {
    crate::access::require(staff, Right::Receive)?;
    let me = staff.person;
    let allowed = shops(house, staff);
    let mut found = house
        .read(move |tx| rows::mentions_of(tx, me, MENTIONS_TOLD))
        .await?;
    found.retain(|m| allowed.contains(&m.shop));
    Ok(found)
}

/// The caller has seen the notes of a thread that name them.
pub async fn see_mentions(house: &House, staff: &Staff, thread: ThreadId) -> Result<()> {
    crate::access::require(staff, Right::Receive)?;
    let (me, now) = (staff.person, house.now());
    {
        // Before the write: the row that the write tells of is made from this.
        let mut desk = house.0.desk.lock();
        if let Some(people) = desk.mentions.get_mut(&thread) {
            people.remove(&me);
            if people.is_empty() {
                desk.mentions.remove(&thread);
            }
        }
    }
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            if rows::see_mentions(tx, me, thread, now)?
                && let Some(t) = rows::get(tx, thread)?
            {
                tx.emit(Effect::Marked(Arc::new(t)));
            }
            Ok(())
        })
        .await
}

/// Invites the buyer to give a mark, before the conversation is over.
///
/// # Errors
/// `held_by_other`; `not_answered` while no person has written in the conversation; `asked_already`.
pub async fn ask_rating(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let now = house.now();
    let allowed = shops(house, staff);
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            may_act(&me, t.live.holder)?;
            let conversation = subject(tx, &t, now)?;
            if !rows::is_answered(tx, thread, conversation)? {
                let detail = "nobody has answered in this conversation yet; there is nothing to judge";
                return Err(Problem::conflict("not_answered", detail).into());
            }
            if rows::to_be_rated(tx, thread)? == Some(conversation) {
                let detail = "the buyer was asked already";
                return Err(Problem::conflict("asked_already", detail).into());
            }
            let by = Sender::Agent(me.person);
            let (_, t) = write(tx, t, EntryKind::Ask, by, Note::default(), now)?;
            audited(
                tx,
                now,
                Some(me.person),
                "conversation.ask_rating",
                &thread.to_string(),
                "",
            )?;
            Ok(t)
        })
        .await
}

/// The conversation that the buyer is asked to judge now.
pub async fn to_be_rated(house: &House, thread: ThreadId) -> Result<Option<ConversationId>> {
    house.read(move |tx| rows::to_be_rated(tx, thread)).await
}

/// The buyer's mark for the last conversation. Given again it counts instead of the one before, until a new conversation.
///
/// # Errors
/// `bad_score`, `text_too_long`; `nothing_to_rate` while no person has answered in the conversation.
pub async fn rate(house: &House, guest: &Guest, score: i64, words: String) -> Result<ThreadRow> {
    if !(1..=5).contains(&score) {
        return Err(Problem::invalid(
            "bad_score",
            "a mark is a whole number from 1 to 5",
        ));
    }
    if words.chars().count() > WORDS_MAX {
        let detail = format!("words with a mark have at most {WORDS_MAX} characters");
        return Err(Problem::invalid("text_too_long", detail));
    }
    let now = house.now();
    let (thread, buyer) = (guest.thread, guest.buyer);
    let data = serde_json::to_string(&RatingData { score }).unwrap_or_default();
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = rows::get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            let conversation = subject(tx, &t, now)?;
            if !rows::is_answered(tx, thread, conversation)? {
                let detail = "nobody has answered in this conversation; there is nothing to judge";
                return Err(Problem::conflict("nothing_to_rate", detail).into());
            }
            let note = Note {
                text: words.trim().to_owned(),
                data: Some(data.clone()),
                ..Note::default()
            };
            let (_, t) = write(tx, t, EntryKind::Rating, Sender::Buyer(buyer), note, now)?;
            Ok(t)
        })
        .await
}
