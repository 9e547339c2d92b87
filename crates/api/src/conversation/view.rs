//! Entries and rows as their viewers may see them.
//!
//! A buyer sees every sequence (so that a hole is a lost entry, never a hidden one), but of the house's inner life only what
//! concerns the buyer: no ids of people, no handover notes, no waived turns.

use crate::ws::protocol::{
    AbuseNote, BargainNote, Entry, FileRef, Image, LiveState, MentionRow, PersonRef, Quote, Rating, Row,
    Voice, WhyGiven,
};
use uuid::Uuid;
use yingke_app::conversation::{LineData, NoteData, Quoted, RatingData, RowMarks};
use yingke_app::{Directory, EntryRow, House, ThreadRow};
use yingke_domain::conversation::EntryKind;
use yingke_domain::escalation::Way;
use yingke_kernel::{BuyerId, FileId, PersonId, Problem, ShopId, ThreadId};

/// For whose eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person of the house.
    Desk(PersonId),
    /// The buyer of the thread.
    Buyer(BuyerId),
}

impl Audience {
    /// For whom addresses of pictures are signed.
    fn viewer(self) -> Uuid {
        match self {
            Self::Desk(person) => person.0,
            Self::Buyer(buyer) => buyer.0,
        }
    }
}

/// Which part of a thread.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slice {
    /// The last before a sequence.
    Before(i64),
    /// The first after a sequence.
    After(i64),
    /// The last of all.
    Last,
}

/// A part of a thread as its viewer may see it, and the thread at that moment.
pub(crate) struct History {
    pub(crate) entries: Vec<Entry>,
    pub(crate) row: ThreadRow,
}

/// Reads a part of a thread.
pub(crate) async fn history(
    house: &House,
    audience: &Audience,
    thread: ThreadId,
    slice: Slice,
    limit: i64,
) -> Result<History, Problem> {
    use yingke_app::conversation as app;
    let (rows, row) = match slice {
        Slice::Before(seq) => app::entries_before(house, thread, seq, limit).await?,
        Slice::After(seq) => app::entries_after(house, thread, seq.max(0), limit).await?,
        Slice::Last => app::last_entries(house, thread, limit).await?,
    };
    let mut recalled = app::recalled_seqs(house, thread).await?;
    recalled.sort_unstable();
    let directory = house.directory();
    let sign = |file, viewer| sign(house, row.shop, file, viewer);
    let entries = rows
        .iter()
        .map(|e| {
            let mut entry = entry(&sign, &directory, &row, e, *audience);
            if recalled.binary_search(&e.seq).is_ok() {
                take_back(&mut entry);
            }
            entry
        })
        .collect();
    Ok(History { entries, row })
}

/// A message that was taken back keeps its place, not its words.
fn take_back(entry: &mut Entry) {
    entry.recalled = true;
    entry.text.clear();
    (entry.image, entry.file, entry.voice, entry.card) = (None, None, None, None);
}

/// Address of a picture for one viewer.
pub(crate) fn sign(house: &House, shop: ShopId, file: FileId, viewer: Uuid) -> String {
    // Every thread belongs to a shop of the directory; without one there is no key to sign with, and no picture.
    yingke_app::file::signed_path(house, shop, file, viewer).unwrap_or_default()
}

/// How an address of a picture is made.
pub(crate) type Sign<'a> = &'a dyn Fn(FileId, Uuid) -> String;

/// One entry for this audience.
pub(crate) fn entry(
    sign: Sign<'_>,
    directory: &Directory,
    row: &ThreadRow,
    e: &EntryRow,
    audience: Audience,
) -> Entry {
    let mut entry = plain(
        directory,
        &row.buyer_name,
        e,
        matches!(audience, Audience::Buyer(_)),
    );
    if let (Some(file), Some(about)) = (e.file, &e.about) {
        let (id, url) = (file.to_string(), sign(file, audience.viewer()));
        match e.kind {
            EntryKind::Voice => {
                entry.voice = Some(Voice {
                    file: id,
                    url,
                    secs: about.secs,
                });
            }
            EntryKind::File => {
                entry.file = Some(FileRef {
                    file: id,
                    url,
                    name: about.name.clone(),
                    bytes: about.bytes,
                    mime: about.kind.clone(),
                });
            }
            _ => {
                entry.image = Some(Image {
                    file: id,
                    url,
                    width: about.width,
                    height: about.height,
                });
            }
        }
    }
    entry
}

/// An entry without its picture's address.
fn plain(directory: &Directory, buyer_name: &str, e: &EntryRow, for_buyer: bool) -> Entry {
    let actor = || directory.actor_name(e.author).map(str::to_owned);
    let mut entry = Entry {
        thread: e.thread.to_string(),
        seq: e.seq,
        conversation: e.conversation.to_string(),
        at: e.at.to_string(),
        kind: e.kind.as_str().to_owned(),
        from: e.sender.clone(),
        name: match e.sender.as_str() {
            "buyer" => Some(buyer_name.to_owned()),
            "agent" => actor(),
            _ => None,
        },
        person: (e.sender == "agent").then(|| e.author.to_string()),
        text: e.text.clone(),
        image: None,
        file: None,
        voice: None,
        card: data(e, EntryKind::Card),
        quote: e.quote.as_ref().map(|q| quote(directory, buyer_name, q)),
        mentions: mentions(directory, e),
        bargain: bargain(e),
        abuse: abuse(e),
        unheard: e.sender == "buyer" && e.automatic,
        rating: rating(e),
        client_id: e.client_id.map(|id| id.to_string()),
        to: destination(directory, e, for_buyer),
        why: why(e).filter(|_| !for_buyer),
        up: !for_buyer && is_up(e),
        // A message's own reference is its quote.
        refers: e.refers.filter(|_| !e.kind.is_message()),
        recalled: false,
    };
    if for_buyer {
        entry.person = None;
        if !e.kind.is_message() {
            entry.text.clear();
        }
        entry.mentions.clear();
        entry.bargain = None;
        entry.abuse = None;
        entry.unheard = false;
        if is_hidden(e.kind) {
            entry.from = "system".to_owned();
            (entry.name, entry.to, entry.refers) = (None, None, None);
        }
        if e.sender != "buyer" {
            entry.client_id = None;
        }
    }
    entry
}

/// The payload of a kind, as it was stored.
fn data<T: serde::de::DeserializeOwned>(e: &EntryRow, kind: EntryKind) -> Option<T> {
    if e.kind != kind {
        return None;
    }
    serde_json::from_str(e.data.as_deref()?).ok()
}

/// The reasons of the house for giving it to somebody, if it did.
fn why(e: &EntryRow) -> Option<WhyGiven> {
    let by_house = e.sender == "system" && e.to_agent.is_some();
    by_house.then(|| data(e, e.kind)).flatten()
}

/// Whether it hands the matter up (R-DESK-13).
fn is_up(e: &EntryRow) -> bool {
    data::<LineData>(e, EntryKind::Transfer).is_some_and(|given| given.way == Some(Way::Up))
}

/// Characters of a quoted message that are shown.
const QUOTED: usize = 120;

fn quote(directory: &Directory, buyer_name: &str, q: &Quoted) -> Quote {
    Quote {
        seq: q.seq,
        from: q.sender.clone(),
        name: match q.sender.as_str() {
            "buyer" => Some(buyer_name.to_owned()),
            "agent" => directory.actor_name(q.author).map(str::to_owned),
            _ => None,
        },
        kind: q.kind.as_str().to_owned(),
        text: q.text.chars().take(QUOTED).collect(),
    }
}

/// Beginning of a note's words, for whoever it names.
pub(crate) fn mention(directory: &Directory, m: &yingke_app::conversation::MentionRow) -> MentionRow {
    MentionRow {
        thread: m.thread.to_string(),
        seq: m.seq,
        by: directory.actor_name(m.by).unwrap_or_default().to_owned(),
        text: m.text.chars().take(QUOTED).collect(),
        at: m.at.to_string(),
        buyer_name: m.buyer_name.clone(),
    }
}

/// Whom a note names.
pub(crate) fn named(e: &EntryRow) -> Vec<PersonId> {
    data::<NoteData>(e, EntryKind::Note).unwrap_or_default().mentions
}

fn mentions(directory: &Directory, e: &EntryRow) -> Vec<PersonRef> {
    named(e)
        .into_iter()
        .map(|person| PersonRef {
            person: person.to_string(),
            name: directory.actor_name(person.0).unwrap_or_default().to_owned(),
        })
        .collect()
}

fn bargain(e: &EntryRow) -> Option<BargainNote> {
    let mark = data::<NoteData>(e, EntryKind::Note)?.bargain?;
    Some(BargainNote {
        what: mark.what,
        approval: mark.approval,
        total_fen: mark.total_fen,
        price_fen: mark.price_fen,
        form: mark.form,
    })
}

fn abuse(e: &EntryRow) -> Option<AbuseNote> {
    let note: NoteData = [EntryKind::Note, EntryKind::Mark, EntryKind::Reopen]
        .into_iter()
        .find_map(|kind| data(e, kind))?;
    let mark = note.abuse?;
    Some(AbuseNote {
        what: mark.what,
        sort: mark.sort,
        mark: mark.mark,
        seq: (mark.seq > 0).then_some(mark.seq),
        until: mark.until,
    })
}

fn rating(e: &EntryRow) -> Option<Rating> {
    let given: RatingData = data(e, EntryKind::Rating)?;
    Some(Rating {
        score: given.score,
        words: e.text.clone(),
    })
}

/// What a buyer gets as a bare number.
const fn is_hidden(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::Waive | EntryKind::Requeue | EntryKind::Note | EntryKind::Reopen | EntryKind::Mark
    )
}

/// What the rules say about the thread.
pub(crate) fn live(t: &ThreadRow, directory: &Directory) -> LiveState {
    let l = &t.live;
    let state = match (l.conversation, l.holder) {
        (None, _) => "closed",
        (Some(_), None) => "queued",
        (Some(_), Some(_)) => "held",
    };
    LiveState {
        rev: t.rev,
        state: state.to_owned(),
        holder: l.holder.map(|p| p.to_string()),
        holder_name: l
            .holder
            .and_then(|p| directory.actor_name(p.0).map(str::to_owned)),
        held_since: l.holder.map(|_| l.holder_since.to_string()),
        owed_since: l.owed_since.map(|at| at.to_string()),
        owed_seq: (l.owed_seq > 0).then_some(l.owed_seq),
        queued_since: l.queued_since.map(|at| at.to_string()),
        promised_since: t.promise.map(|p| p.at.to_string()),
        promised_seq: t.promise.map(|p| p.seq),
        last_seq: l.last_seq,
        last_at: l.last_message_at.to_string(),
    }
}

/// A row of the desk's list, for somebody whom an unseen note names or does not.
pub(crate) fn row(t: &ThreadRow, directory: &Directory, marks: &RowMarks, mentioned: bool) -> Row {
    Row {
        thread: t.id.to_string(),
        shop: directory
            .shop(t.shop)
            .map(|shop| shop.code.clone())
            .unwrap_or_default(),
        channel: t.channel.clone(),
        buyer: t.buyer.to_string(),
        buyer_name: t.buyer_name.clone(),
        returning: marks.returning,
        last_text: t.last_text.clone(),
        last_kind: t.last_kind.clone(),
        last_from: t.last_from.clone(),
        unread: t.unread,
        stage: t.stage.as_str().to_owned(),
        tags: marks.tags.to_vec(),
        left: t.left_at.is_some(),
        marked_unread: t.marked_unread,
        mentioned,
        priority: marks.priority.map(|p| p.as_str().to_owned()),
        line: marks.line.as_deref().map(str::to_owned),
        large: marks.large,
        pair: marks.pair,
        mate: marks.mate.map(|person| PersonRef {
            person: person.to_string(),
            name: directory.actor_name(person.0).unwrap_or_default().to_owned(),
        }),
        blocked: marks.blocked,
        live: live(t, directory),
    }
}

/// A row of the list for this person.
pub(crate) fn row_for(house: &House, t: &ThreadRow, person: PersonId) -> Row {
    let marks = yingke_app::conversation::row_marks(house, t);
    let mentioned = yingke_app::conversation::is_mentioned(house, t.id, person);
    row(t, &house.directory(), &marks, mentioned)
}

/// Where a transfer goes, for the eyes of the house: a person's name or a line.
fn destination(directory: &Directory, e: &EntryRow, for_buyer: bool) -> Option<String> {
    let person = e
        .to_agent
        .and_then(|id| directory.actor_name(id).map(str::to_owned));
    let line = || data::<LineData>(e, EntryKind::Transfer).and_then(|to| to.line);
    person.or_else(|| if for_buyer { None } else { line() })
}
