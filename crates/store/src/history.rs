//! A past that is known as a whole: buyers with everything that was said, written in large pieces.
//!
//! Meant for histories that were made elsewhere by the rules of the house; nothing is checked here but what the schema
//! checks. A buyer who is there already is left as they are.

use crate::conversation::author;
use crate::{Effect, Result, Tx, Val, args, sql};
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Live, NewEntry};
use yingke_kernel::{BuyerId, ClientId, ConversationId, FileId, ShopId, Stamp, ThreadId};

/// How many characters of a message a list shows.
const PREVIEW: usize = 80;

/// An entry of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    /// Its place, from 1 without a hole.
    pub seq: i64,
    /// Its conversation.
    pub conversation: ConversationId,
    /// When.
    pub at: Stamp,
    /// What it is.
    pub kind: EntryKind,
    /// `buyer agent bot auto system`.
    pub sender: &'static str,
    /// Buyer or person; nil for the house itself.
    pub author: Uuid,
    /// Who held the conversation until then (transfer, requeue, close).
    pub agent: Option<Uuid>,
    /// Who holds it now (assign, transfer).
    pub to_agent: Option<Uuid>,
    /// Characters without white space.
    pub words: i64,
    /// Entry that a recall or a waiver is about.
    pub refers: Option<i64>,
    /// The sender's own id of a message.
    pub client_id: Option<ClientId>,
    /// Its picture.
    pub file: Option<FileId>,
    /// Words.
    pub text: String,
    /// The payload of its kind, JSON.
    pub data: Option<String>,
}

impl Default for PastEntry {
    fn default() -> Self {
        Self {
            seq: 0,
            conversation: ConversationId(Uuid::nil()),
            at: Stamp::from_micros(0),
            kind: EntryKind::Text,
            sender: "system",
            author: Uuid::nil(),
            agent: None,
            to_agent: None,
            words: 0,
            refers: None,
            client_id: None,
            file: None,
            text: String::new(),
            data: None,
        }
    }
}

impl PastEntry {
    /// An entry of the rules, still without words.
    pub fn of(new: &NewEntry) -> Self {
        Self {
            seq: new.seq,
            conversation: new.conversation,
            at: new.at,
            kind: new.kind,
            sender: new.sender.as_str(),
            author: author(new.sender),
            agent: new.from.map(|p| p.0),
            to_agent: new.to.map(|p| p.0),
            refers: (new.of_seq > 0).then_some(new.of_seq),
            ..Self::default()
        }
    }
}

/// A conversation of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastConversation {
    /// The conversation.
    pub id: ConversationId,
    /// First entry.
    pub opened: Stamp,
    /// Last entry.
    pub last: Stamp,
    /// When it closed.
    pub closed: Option<Stamp>,
}

/// A buyer with everything that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastThread {
    /// The shop.
    pub shop: ShopId,
    /// The channel.
    pub channel: String,
    /// The buyer.
    pub buyer: BuyerId,
    /// Name or id on the channel.
    pub external: String,
    /// Name that is shown.
    pub name: String,
    /// Telephone, digits only.
    pub phone: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// What the house wrote down.
    pub remark: String,
    /// JSON object, name to text.
    pub attributes: String,
    /// Tags.
    pub tags: Vec<String>,
    /// When the buyer was first here.
    pub created: Stamp,
    /// The thread.
    pub thread: ThreadId,
    /// Its state after the last entry.
    pub live: Live,
    /// Its conversations in order.
    pub conversations: Vec<PastConversation>,
    /// Its entries in order.
    pub entries: Vec<PastEntry>,
}

/// Writes some of them; how many were new. Emits [`Effect::Imported`] for each. Times to come are the caller's fault.
pub fn write(tx: &mut Tx<'_>, threads: &[PastThread], now: Stamp) -> Result<usize> {
    let mut new = 0;
    for t in threads {
        let values = args![
            t.buyer,
            t.shop,
            &t.channel,
            &t.external,
            &t.name,
            t.created,
            &t.phone,
            &t.city,
            &t.remark,
            &t.attributes,
            t.live.last_at
        ];
        if tx.exec(sql!("history/insert_buyer"), values)? == 0 {
            continue;
        }
        new += 1;
        write_thread(tx, t, now)?;
        let tags: Vec<Vec<Val<'_>>> = t
            .tags
            .iter()
            .map(|tag| args![t.shop, t.buyer, tag, None::<Uuid>, t.live.last_at].to_vec())
            .collect();
        tx.exec_many(sql!("buyer/insert_tag"), &tags)?;
        tx.emit(Effect::Imported(t.thread));
    }
    Ok(new)
}

fn write_thread(tx: &mut Tx<'_>, t: &PastThread, now: Stamp) -> Result<()> {
    let l = &t.live;
    let last = t.entries.iter().rev().find(|e| e.kind.is_message());
    let preview: String = last.map_or_else(String::new, |e| e.text.chars().take(PREVIEW).collect());
    let values = args![
        t.thread,
        t.shop,
        &t.channel,
        t.buyer,
        t.created,
        now,
        l.last_seq,
        t.conversations.len() as i64,
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
        &preview,
        last.map_or("", |e| e.kind.as_str()),
        last.map_or("", |e| e.sender)
    ];
    tx.exec(sql!("history/insert_thread"), values)?;
    let conversations: Vec<Vec<Val<'_>>> = t
        .conversations
        .iter()
        .map(|c| args![c.id, t.shop, t.thread, c.opened, c.last, c.closed].to_vec())
        .collect();
    tx.exec_many(sql!("history/insert_conversation"), &conversations)?;
    let entries: Vec<Vec<Val<'_>>> = t
        .entries
        .iter()
        .map(|e| {
            args![
                t.thread,
                e.seq,
                e.conversation,
                e.at,
                e.kind.as_str(),
                e.sender,
                e.author,
                e.agent,
                e.to_agent,
                e.words,
                false,
                e.refers,
                e.client_id,
                e.file,
                &e.text,
                &e.data
            ]
            .to_vec()
        })
        .collect();
    tx.exec_many(sql!("history/insert_entry"), &entries)?;
    Ok(())
}
