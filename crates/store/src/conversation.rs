//! Threads, conversations and their entries: the message path.
//!
//! A change is: read the thread's row, let the rules make the new state and the entries, write the entries and **one** row.
//! The row carries `rev`; a write that meets another `rev` than it read is repeated as a whole ([`StoreError::Busy`]).

use crate::file::FileAbout;
use crate::{Effect, Result, Row, StoreError, Tx, Val, args, sql};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::conversation::{Change, EntryKind, Live, NewEntry, Sender};
use yingke_domain::promise::Promise;
use yingke_domain::stage::Stage;
use yingke_kernel::{BuyerId, ClientId, ConversationId, FileId, PersonId, ShopId, Stamp, ThreadId};

/// A thread with its live state.
#[derive(Debug, Clone)]
pub struct ThreadRow {
    /// The thread.
    pub id: ThreadId,
    /// Its shop.
    pub shop: ShopId,
    /// Its channel: `web`, `taobao`, …
    pub channel: String,
    /// Its buyer.
    pub buyer: BuyerId,
    /// The buyer's name.
    pub buyer_name: String,
    /// Grows by one with every change of the row.
    pub rev: i64,
    /// How many conversations it has had.
    pub conversations: i64,
    /// Beginning of the last message.
    pub last_text: String,
    /// Kind of the last message.
    pub last_kind: String,
    /// Sender of the last message.
    pub last_from: String,
    /// Buyer's messages that the shop has not seen.
    pub unread: i64,
    /// Highest sequence that the buyer has seen.
    pub buyer_read: i64,
    /// Highest sequence that the shop has seen.
    pub shop_read: i64,
    /// What the rules work on.
    pub live: Live,
    /// When the row changed last, by the server's clock.
    pub changed_at: Stamp,
    /// Where the talk stands (R-DESK-06).
    pub stage: Stage,
    /// Who set the stage by hand; holds until the conversation is over.
    pub stage_by: Option<PersonId>,
    /// First message that nobody was there for and nobody has answered since (R-DESK-11).
    pub left_at: Option<Stamp>,
    /// Somebody put it back to be read again.
    pub marked_unread: bool,
    /// An answer that was put off and has not been given (R-DESK-08).
    pub promise: Option<Promise>,
}

/// A numbered entry as stored.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// The thread.
    pub thread: ThreadId,
    /// Its place.
    pub seq: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// When.
    pub at: Stamp,
    /// What it is.
    pub kind: EntryKind,
    /// `buyer agent bot auto system`.
    pub sender: String,
    /// Buyer, person or account; nil for the house itself.
    pub author: Uuid,
    /// Receiving account of an imported line; of a live event, who held the conversation until then.
    pub agent: Option<Uuid>,
    /// Who holds it now (assign, transfer).
    pub to_agent: Option<Uuid>,
    /// Characters without white space.
    pub words: i64,
    /// Written by a person's hand, yet counted as automatic (`clock.auto_prefix`).
    pub automatic: bool,
    /// Entry that a recall or a waive is about.
    pub refers: Option<i64>,
    /// The sender's own id.
    pub client_id: Option<ClientId>,
    /// The picture.
    pub file: Option<FileId>,
    /// Words.
    pub text: String,
    /// What is shown of the file.
    pub about: Option<FileAbout>,
    /// The payload of its kind as JSON: a card's content, a mark, who is mentioned, the line of a transfer or close.
    pub data: Option<String>,
    /// The message that this one answers to (`refers` of a message).
    pub quote: Option<Quoted>,
}

/// The message that another one answers to, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// Its place.
    pub seq: i64,
    /// `buyer agent bot auto system`.
    pub sender: String,
    /// Buyer, person or account.
    pub author: Uuid,
    /// What it is.
    pub kind: EntryKind,
    /// Its words; empty once it was taken back.
    pub text: String,
}

/// What one change of a thread looks like from outside, after its commit.
#[derive(Debug, Clone)]
pub struct Appeared {
    /// The thread after the change.
    pub thread: ThreadRow,
    /// The new entries in order.
    pub entries: Vec<EntryRow>,
    /// Who held it before.
    pub holder_before: Option<PersonId>,
    /// Whether a conversation was open before.
    pub open_before: bool,
    /// Since when an answer was owed before.
    pub owed_before: Option<Stamp>,
    /// Whether stage, left message or unread mark are others than before.
    pub marks_changed: bool,
}

/// How many characters of a message a list shows.
const PREVIEW: usize = 80;

/// Characters without white space (the trade's `seller_word_num`).
pub fn words(text: &str) -> i64 {
    text.chars().filter(|c| !c.is_whitespace()).count() as i64
}

fn thread(row: &Row<'_>) -> Result<ThreadRow> {
    Ok(ThreadRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        channel: row.string(2)?,
        buyer: row.id(3)?,
        buyer_name: row.string(4)?,
        rev: row.int(5)?,
        conversations: row.int(6)?,
        last_text: row.string(7)?,
        last_kind: row.string(8)?,
        last_from: row.string(9)?,
        unread: row.int(10)?,
        buyer_read: row.int(11)?,
        shop_read: row.int(12)?,
        live: Live {
            last_seq: row.int(13)?,
            conversation: row.opt_id(14)?,
            opened_at: row.stamp(15)?,
            holder: row.opt_id(16)?,
            holder_since: row.stamp(17)?,
            line: row.opt_string(18)?,
            owed_since: row.opt_stamp(19)?,
            owed_seq: row.int(20)?,
            queued_since: row.opt_stamp(21)?,
            last_at: row.stamp(22)?,
            last_agent: row.opt_id(23)?,
            next_due: row.opt_stamp(24)?,
            last_message_at: row.stamp(26)?,
        },
        changed_at: row.stamp(25)?,
        stage: Stage::parse(row.text(27)?).unwrap_or_default(),
        stage_by: row.opt_id(28)?,
        left_at: row.opt_stamp(29)?,
        marked_unread: row.int(30)? != 0,
        promise: match row.opt_stamp(31)? {
            Some(at) => Some(Promise {
                at,
                seq: row.int(32)?,
            }),
            None => None,
        },
    })
}

fn entry(row: &Row<'_>) -> Result<EntryRow> {
    let parse = |kind: &str| {
        EntryKind::parse(kind)
            .ok_or_else(|| StoreError::Inconsistent(format!("an entry of unknown kind {kind:?}")))
    };
    let refers = row.opt_int(11)?;
    Ok(EntryRow {
        thread: row.id(0)?,
        seq: row.int(1)?,
        conversation: row.id(2)?,
        at: row.stamp(3)?,
        kind: parse(row.text(4)?)?,
        sender: row.string(5)?,
        author: row.id(6)?,
        agent: row.opt_id(7)?,
        to_agent: row.opt_id(8)?,
        words: row.int(9)?,
        automatic: row.bool(10)?,
        refers,
        client_id: row.opt_id(12)?,
        file: row.opt_id(13)?,
        text: row.string(14)?,
        about: match (row.opt_int(15)?, row.opt_int(16)?) {
            (Some(width), Some(height)) => Some(FileAbout {
                kind: row.string(17)?,
                name: row.string(18)?,
                width,
                height,
                bytes: row.int(19)?,
                secs: row.int(20)?,
            }),
            _ => None,
        },
        data: row.opt_string(21)?,
        quote: match (refers, row.opt_string(22)?) {
            (Some(seq), Some(sender)) => Some(Quoted {
                seq,
                sender,
                author: row.id(23)?,
                kind: parse(row.text(24)?)?,
                text: row.string(25)?,
            }),
            _ => None,
        },
    })
}

/// A thread by id.
pub fn get(tx: &mut Tx<'_>, id: ThreadId) -> Result<Option<ThreadRow>> {
    tx.opt(sql!("conversation/thread"), args![id], thread)
}

/// Several threads by id, in the order of their ids.
pub fn get_many(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<ThreadRow>> {
    tx.all(sql!("conversation/threads_for_write"), args![ids], thread)
}

/// All threads of a shop with an open conversation.
pub fn open(tx: &mut Tx<'_>, shop: ShopId) -> Result<Vec<ThreadRow>> {
    tx.all(sql!("conversation/open"), args![shop], thread)
}

/// Threads whose open conversation is over by itself at `now`, at most `limit`.
pub fn due(tx: &mut Tx<'_>, now: Stamp, limit: i64) -> Result<Vec<ThreadId>> {
    tx.all(sql!("conversation/due"), args![now, limit], |row| row.id(0))
}

/// Threads by last entry, newest first, before (`at`, `id`); `closed_only` leaves out those with an open conversation.
pub fn page(
    tx: &mut Tx<'_>,
    shop: ShopId,
    closed_only: bool,
    before: (Stamp, ThreadId),
    limit: i64,
) -> Result<Vec<ThreadRow>> {
    let values = args![shop, before.0, before.1, limit];
    if closed_only {
        tx.all(sql!("conversation/page_closed"), values, thread)
    } else {
        tx.all(sql!("conversation/page_all"), values, thread)
    }
}

/// Entries after `seq`, in order.
pub fn entries_after(tx: &mut Tx<'_>, id: ThreadId, seq: i64, limit: i64) -> Result<Vec<EntryRow>> {
    tx.all(sql!("conversation/entries_after"), args![id, seq, limit], entry)
}

/// Entries before `seq`, in order (the last `limit` of them).
pub fn entries_before(tx: &mut Tx<'_>, id: ThreadId, seq: i64, limit: i64) -> Result<Vec<EntryRow>> {
    let mut entries = tx.all(sql!("conversation/entries_before"), args![id, seq, limit], entry)?;
    entries.reverse();
    Ok(entries)
}

/// All entries of a conversation, in order.
pub fn entries_of(tx: &mut Tx<'_>, id: ThreadId, conversation: ConversationId) -> Result<Vec<EntryRow>> {
    tx.all(sql!("conversation/entries_of"), args![id, conversation], entry)
}

/// One entry.
pub fn entry_at(tx: &mut Tx<'_>, id: ThreadId, seq: i64) -> Result<Option<EntryRow>> {
    tx.opt(sql!("conversation/entry"), args![id, seq], entry)
}

/// Whether a person's message of this client's id is stored in the thread.
pub fn is_sent(tx: &mut Tx<'_>, thread: ThreadId, person: PersonId, id: ClientId) -> Result<bool> {
    let found = tx.opt(
        sql!("conversation/entry_by_client"),
        args![thread, person, id],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

/// Sequences of messages that were taken back.
pub fn recalled(tx: &mut Tx<'_>, id: ThreadId) -> Result<Vec<i64>> {
    tx.all(sql!("conversation/recalled"), args![id], |row| row.int(0))
}

/// How many conversations of the shop stand in the queue before this one.
pub fn queued_before(tx: &mut Tx<'_>, shop: ShopId, since: Stamp, id: ThreadId) -> Result<i64> {
    tx.one(
        sql!("conversation/queued_before"),
        args![shop, since, id],
        |row| row.int(0),
    )
}

/// Open conversations per holder.
pub fn loads(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, i64)>> {
    tx.all(sql!("conversation/loads"), args![], |row| {
        Ok((row.id(0)?, row.int(1)?))
    })
}

/// Threads that this person holds in these shops.
pub fn held_by(tx: &mut Tx<'_>, shops: &[[u8; 16]], person: PersonId) -> Result<Vec<ThreadId>> {
    tx.all(sql!("conversation/held_by"), args![shops, person], |row| {
        row.id(0)
    })
}

/// The buyer (or the shop) has seen everything up to `seq`. True if that is news.
pub fn set_read(tx: &mut Tx<'_>, id: ThreadId, by_buyer: bool, seq: i64) -> Result<bool> {
    let statement = if by_buyer {
        sql!("conversation/set_buyer_read")
    } else {
        sql!("conversation/set_shop_read")
    };
    Ok(tx.exec(statement, args![id, seq])? == 1)
}

/// Words, payload and file of a message that was taken back are no longer kept.
pub fn blank_entry(tx: &mut Tx<'_>, id: ThreadId, seq: i64) -> Result<()> {
    tx.exec(sql!("conversation/blank_entry"), args![id, seq])?;
    Ok(())
}

/// Puts a thread back to be read again, until somebody of the shop has seen it.
pub fn mark_unread(tx: &mut Tx<'_>, id: ThreadId) -> Result<()> {
    tx.exec(sql!("conversation/set_marked_unread"), args![id])?;
    Ok(())
}

/// Where the talk stands; `by`: set by this person's hand, until the conversation is over.
pub fn set_stage(tx: &mut Tx<'_>, id: ThreadId, stage: Stage, by: Option<PersonId>) -> Result<()> {
    tx.exec(sql!("conversation/set_stage"), args![id, stage.as_str(), by])?;
    Ok(())
}

/// The conversation that a thread's last entry belongs to, open or closed; `None` in a thread without entries.
pub fn last_conversation(tx: &mut Tx<'_>, id: ThreadId) -> Result<Option<ConversationId>> {
    tx.opt(sql!("conversation/last_conversation"), args![id], |row| row.id(0))
}

/// Whether a person wrote in this conversation.
pub fn is_answered(tx: &mut Tx<'_>, id: ThreadId, conversation: ConversationId) -> Result<bool> {
    tx.one(
        sql!("conversation/is_answered"),
        args![id, conversation, false],
        |row| Ok(row.int(0)? > 0),
    )
}

/// The conversation that the buyer is asked to judge: the last one, once it is closed and a person answered in it, or as
/// soon as somebody invited the buyer; until there is a mark, or a new conversation.
pub fn to_be_rated(tx: &mut Tx<'_>, id: ThreadId) -> Result<Option<ConversationId>> {
    let last = tx.opt(sql!("conversation/last_turning_point"), args![id], |row| {
        Ok((row.id::<ConversationId>(0)?, row.string(1)?))
    })?;
    let Some((conversation, kind)) = last else {
        return Ok(None);
    };
    let is_due = match kind.as_str() {
        "ask" => true,
        "close" => {
            is_answered(tx, id, conversation)?
                && tx.one(sql!("conversation/is_rated"), args![id, conversation], |row| {
                    Ok(row.int(0)? == 0)
                })?
        }
        _ => false,
    };
    Ok(is_due.then_some(conversation))
}

/// A private note that names a colleague, for that colleague.
#[derive(Debug, Clone)]
pub struct MentionRow {
    /// The thread.
    pub thread: ThreadId,
    /// The note.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Who wrote it.
    pub by: Uuid,
    /// Its words.
    pub text: String,
    /// The thread's shop.
    pub shop: ShopId,
    /// The buyer's name.
    pub buyer_name: String,
}

/// A note names this person.
pub fn mention(tx: &mut Tx<'_>, person: PersonId, id: ThreadId, seq: i64, at: Stamp) -> Result<()> {
    tx.exec(sql!("conversation/insert_mention"), args![person, id, seq, at])?;
    Ok(())
}

/// Notes that name this person and that they have not seen, oldest first.
pub fn mentions_of(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<MentionRow>> {
    tx.all(sql!("conversation/mentions_of"), args![person, limit], |row| {
        Ok(MentionRow {
            thread: row.id(0)?,
            seq: row.int(1)?,
            at: row.stamp(2)?,
            by: row.id(3)?,
            text: row.string(4)?,
            shop: row.id(5)?,
            buyer_name: row.string(6)?,
        })
    })
}

/// Threads with notes that somebody named in them has not seen.
pub fn unseen_mentions(tx: &mut Tx<'_>) -> Result<Vec<(ThreadId, PersonId)>> {
    tx.all(sql!("conversation/unseen_mentions"), args![], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })
}

/// The person has seen the notes of a thread. True if there was one.
pub fn see_mentions(tx: &mut Tx<'_>, person: PersonId, id: ThreadId, now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("conversation/see_mentions"), args![person, id, now])? > 0)
}

/// Threads that guests had who turned out to be this buyer, the latest first.
pub fn joined(tx: &mut Tx<'_>, buyer: BuyerId) -> Result<Vec<ThreadId>> {
    tx.all(sql!("conversation/joined"), args![buyer], |row| row.id(0))
}

/// The author of an entry by its sender: the buyer, the person, or nil.
pub fn author(sender: Sender) -> Uuid {
    match sender {
        Sender::Buyer(buyer) => buyer.0,
        Sender::Agent(person) => person.0,
        Sender::Bot | Sender::Auto | Sender::System => Uuid::nil(),
    }
}

/// An entry of the rules as it is stored.
pub(crate) fn entry_row(thread: ThreadId, new: &NewEntry) -> EntryRow {
    EntryRow {
        thread,
        seq: new.seq,
        conversation: new.conversation,
        at: new.at,
        kind: new.kind,
        sender: new.sender.as_str().to_owned(),
        author: author(new.sender),
        agent: new.from.map(|p| p.0),
        to_agent: new.to.map(|p| p.0),
        words: 0,
        automatic: false,
        refers: (new.of_seq > 0).then_some(new.of_seq),
        client_id: None,
        file: None,
        text: String::new(),
        about: None,
        data: None,
        quote: None,
    }
}

/// Values of `conversation/insert_entry`.
pub(crate) fn entry_values(e: &EntryRow) -> Vec<Val<'_>> {
    args![
        e.thread,
        e.seq,
        e.conversation,
        e.at,
        e.kind.as_str(),
        &e.sender,
        e.author,
        e.agent,
        e.to_agent,
        e.words,
        e.automatic,
        e.refers,
        e.client_id,
        e.file,
        &e.text,
        &e.data
    ]
    .to_vec()
}

/// Values of `conversation/update_thread`; `old_rev` is what was read.
pub(crate) fn thread_values(t: &ThreadRow, old_rev: i64) -> Vec<Val<'_>> {
    let l = &t.live;
    args![
        t.id,
        t.changed_at,
        t.rev,
        l.last_seq,
        t.conversations,
        l.conversation,
        l.opened_at,
        l.holder,
        l.holder_since,
        &l.line,
        l.owed_since,
        l.owed_seq,
        l.queued_since,
        l.last_at,
        l.last_message_at,
        l.last_agent,
        l.next_due,
        &t.last_text,
        &t.last_kind,
        &t.last_from,
        t.unread,
        t.stage.as_str(),
        t.stage_by,
        t.left_at,
        i64::from(t.marked_unread),
        t.promise.map(|p| p.at),
        t.promise.map_or(0, |p| p.seq),
        old_rev
    ]
    .to_vec()
}

/// Remembers the last message in the row, for lists.
pub(crate) fn note_message(t: &mut ThreadRow, e: &EntryRow) {
    show_last(t, Some(e));
    // Nobody has to read what a blocked buyer writes.
    if e.sender == "buyer" && !e.automatic {
        t.unread += 1;
    }
}

/// What the row shows as the last message after one was taken back: the last that is left, or that nothing is.
pub fn show_last(t: &mut ThreadRow, left: Option<&EntryRow>) {
    match left {
        Some(e) => {
            t.last_text = preview(&e.text);
            e.kind.as_str().clone_into(&mut t.last_kind);
            t.last_from.clone_from(&e.sender);
        }
        None => {
            t.last_text.clear();
            "recalled".clone_into(&mut t.last_kind);
        }
    }
}

fn preview(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(PREVIEW).map(plain).collect()
}

/// Writes the conversations that entries open and close.
pub(crate) fn write_conversations(tx: &mut Tx<'_>, shop: ShopId, entries: &[EntryRow]) -> Result<()> {
    for e in entries {
        match e.kind {
            EntryKind::Open => {
                let values = args![e.conversation, shop, e.thread, None::<&str>, false, e.at];
                tx.exec(sql!("conversation/insert_conversation"), values)?;
            }
            EntryKind::Close => {
                tx.exec(
                    sql!("conversation/close_conversation"),
                    args![e.conversation, e.at, e.at],
                )?;
            }
            EntryKind::Reopen => {
                tx.exec(sql!("conversation/reopen_conversation"), args![e.conversation])?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a use case says about the last entry of its change.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Words (the handover note of a transfer).
    pub text: String,
    /// The shop has seen everything (it acted upon it).
    pub seen: bool,
    /// The entry's payload as JSON.
    pub data: Option<String>,
}

/// Stage, left message, unread mark and promise: what a row shows besides its messages.
pub(crate) type Marks = (Stage, Option<PersonId>, Option<Stamp>, bool, Option<Promise>);

/// The marks of a row.
pub(crate) fn marks(t: &ThreadRow) -> Marks {
    (t.stage, t.stage_by, t.left_at, t.marked_unread, t.promise)
}

impl ThreadRow {
    /// What the entries of a change do to stage, left message and unread mark, whoever wrote them: a conversation begins with
    /// its welcome, a hand-set stage ends with its conversation, and a person's act ends the wait of a left message.
    pub(crate) fn note_marks(&mut self, entries: &[EntryRow]) {
        for e in entries {
            match e.kind {
                EntryKind::Open => {
                    self.stage = Stage::Welcome;
                    self.stage_by = None;
                }
                EntryKind::Close => {
                    self.stage_by = None;
                    self.promise = None;
                }
                // The word itself was taken back: nothing was promised.
                EntryKind::Recall if self.promise.is_some_and(|p| Some(p.seq) == e.refers) => {
                    self.promise = None
                }
                _ => {}
            }
            let by_person = e.sender == "agent" && !e.automatic;
            if by_person && (e.kind.is_message() || matches!(e.kind, EntryKind::Close | EntryKind::Waive)) {
                self.left_at = None;
                self.marked_unread = false;
            }
        }
    }
}

/// Writes a change of the rules: entries, the row, and the effect to be published. Gives the thread after it.
pub fn apply(tx: &mut Tx<'_>, mut t: ThreadRow, change: Change, note: Note, now: Stamp) -> Result<ThreadRow> {
    let holder_before = t.live.holder;
    let open_before = t.live.conversation.is_some();
    let owed_before = t.live.owed_since;
    let old_rev = t.rev;
    let mut entries: Vec<EntryRow> = change.entries.iter().map(|e| entry_row(t.id, e)).collect();
    if let Some(last) = entries.last_mut() {
        last.text = note.text;
        last.data = note.data;
    }
    let marks_before = marks(&t);
    t.note_marks(&entries);
    t.conversations += entries.iter().filter(|e| e.kind == EntryKind::Open).count() as i64;
    t.live = change.live;
    t.rev += 1;
    t.changed_at = t.changed_at.max(now);
    if note.seen {
        t.unread = 0;
    }
    write_conversations(tx, t.shop, &entries)?;
    for e in &entries {
        tx.exec(sql!("conversation/insert_entry"), &entry_values(e))?;
    }
    if tx.exec(sql!("conversation/update_thread"), &thread_values(&t, old_rev))? != 1 {
        return Err(StoreError::Busy(
            "the thread changed while it was written".to_owned(),
        ));
    }
    let marks_changed = marks(&t) != marks_before;
    tx.emit(Effect::Appeared(Arc::new(Appeared {
        thread: t.clone(),
        entries,
        holder_before,
        open_before,
        owed_before,
        marks_changed,
    })));
    Ok(t)
}
