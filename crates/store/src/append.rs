//! The lean path of messages: all appends of a commit group in one go.
//!
//! One read of the threads, the rules in memory, one insert and one update. Idempotent by (thread, author, client id): a repeat
//! gets the first answer, the same id with other content is refused.
//!
//! PostgreSQL pays for every trip to the server, so there each step is one statement over all rows, repeats are looked for
//! first, and nothing is written before the rules have spoken on all jobs. SQLite pays for every page touched, so there the
//! insert itself tells a repeat (its client id is there already: no row was added), and no message is looked for in vain.

use crate::conversation::{
    Appeared, EntryRow, Quoted, ThreadRow, author, entry_row, entry_values, get_many, marks, note_message,
    thread_values, words, write_conversations,
};
use crate::file::FileAbout;
use crate::{Dialect, Effect, Result, Row, StoreError, Tx, args, sql};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Sender, receive};
use yingke_domain::order::OrderState;
use yingke_domain::policy::{ConversationPolicy, Policy};
use yingke_domain::promise;
use yingke_domain::stage::{self, Speaker};
use yingke_kernel::{ClientId, ConversationId, FileId, Problem, ShopId, Stamp, ThreadId};

/// A message to be stored.
#[derive(Debug, Clone)]
pub struct AppendJob {
    /// The thread.
    pub thread: ThreadId,
    /// Who writes.
    pub sender: Sender,
    /// The sender's own id of the message.
    pub client_id: ClientId,
    /// One of the message kinds.
    pub kind: EntryKind,
    /// Words.
    pub text: String,
    /// The picture, clip or file.
    pub file: Option<(FileId, FileAbout)>,
    /// The payload of its kind as JSON (a card's content).
    pub data: Option<String>,
    /// The message that it answers to.
    pub quote: Option<Quoted>,
    /// Counted as automatic although a person sent it (`clock.auto_prefix`).
    pub automatic: bool,
    /// The server's time of arrival.
    pub at: Stamp,
    /// Id of the conversation, should the message open one.
    pub new_conversation: ConversationId,
    /// Closing times.
    pub policy: Arc<ConversationPolicy>,
    /// Which line a new conversation of a channel waits for (R-DESK-03); none named = any.
    pub lines: Arc<BTreeMap<String, String>>,
    /// What the row's marks are judged by.
    pub ground: Ground,
}

/// What surrounds a message when it comes.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Words of the stages; without them the stage stays as it is.
    pub policy: Option<Arc<Policy>>,
    /// State of the buyer's latest order, if known.
    pub order: Option<OrderState>,
    /// Nobody is there to answer (R-DESK-11).
    pub unattended: bool,
}

/// Where a message ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its sequence.
    pub seq: i64,
    /// The server's time of it.
    pub at: Stamp,
    /// It had been stored before.
    pub repeat: bool,
}

type Key = (ThreadId, Uuid, ClientId);

fn key(job: &AppendJob) -> Key {
    (job.thread, author(job.sender), job.client_id)
}

/// A message that is there already under the same client id.
struct First<'a> {
    seq: i64,
    at: Stamp,
    kind: &'a str,
    text: &'a str,
    file: Option<FileId>,
    data: Option<&'a str>,
}

/// What a card shows; not how much it cost when it was sent.
fn shown_by(data: Option<&str>) -> Option<[serde_json::Value; 4]> {
    let mut data: serde_json::Value = serde_json::from_str(data?).ok()?;
    Some(["card", "product", "order", "address"].map(|key| data[key].take()))
}

impl<'a> First<'a> {
    /// Columns 0 to 4 and 6: sequence, time, kind, words, file, payload.
    fn read(row: &'a Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.int(0)?,
            at: row.stamp(1)?,
            kind: row.text(2)?,
            text: row.text(3)?,
            file: row.opt_id(4)?,
            data: row.opt_text(6)?,
        })
    }

    /// The first answer again, unless the content differs. A message that was taken back has no content to compare.
    fn answer(&self, job: &AppendJob) -> Result<Appended> {
        let file = job.file.as_ref().map(|f| f.0);
        let blanked = self.text.is_empty() && self.file.is_none();
        // A card is a snapshot: the same choice may show another title and price by now.
        let same_words = match (shown_by(self.data), shown_by(job.data.as_deref())) {
            (Some(first), Some(again)) => first == again,
            (None, None) => self.text == job.text,
            _ => false,
        };
        if blanked || (self.kind == job.kind.as_str() && same_words && self.file == file) {
            return Ok(Appended {
                seq: self.seq,
                at: self.at,
                repeat: true,
            });
        }
        Err(StoreError::Problem(Problem::conflict(
            "client_id_reused",
            "this client_id was used for another message of this thread; give every message an id of its own",
        )))
    }
}

/// The threads of the group, by id, each with the `rev` that was read.
struct Threads(Vec<(ThreadRow, i64)>);

impl Threads {
    fn read(tx: &mut Tx<'_>, jobs: &[AppendJob]) -> Result<Self> {
        let mut ids: Vec<[u8; 16]> = jobs.iter().map(|job| job.thread.bytes()).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = get_many(tx, &ids)?;
        Ok(Self(
            rows.into_iter()
                .map(|t| (t.rev, t))
                .map(|(rev, t)| (t, rev))
                .collect(),
        ))
    }
    fn find(&mut self, id: ThreadId) -> Option<&mut ThreadRow> {
        let at = self.0.binary_search_by(|(t, _)| t.id.cmp(&id)).ok()?;
        self.0.get_mut(at).map(|(t, _)| t)
    }
    /// Writes the rows that changed.
    fn write(&self, tx: &mut Tx<'_>) -> Result<()> {
        let changed: Vec<&(ThreadRow, i64)> = self.0.iter().filter(|(t, old)| t.rev != *old).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let written = match tx.dialect() {
            Dialect::Postgres => update_threads(tx, &changed)?,
            Dialect::Sqlite => {
                let rows: Vec<_> = changed.iter().map(|(t, old)| thread_values(t, *old)).collect();
                tx.exec_many(sql!("conversation/update_thread"), &rows)?
            }
        };
        if written != changed.len() as u64 {
            return Err(StoreError::Busy(
                "a thread changed while messages were written to it".to_owned(),
            ));
        }
        Ok(())
    }
}

/// What the rules make of one message: its entries, the message last, and the row after it.
struct Ruled {
    entries: Vec<EntryRow>,
    live: yingke_domain::conversation::Live,
    opened: bool,
    answer: Appended,
}

fn rule(t: &ThreadRow, job: &AppendJob) -> Result<Ruled> {
    let received = receive(
        t.live.clone(),
        job.sender,
        job.kind,
        job.automatic,
        job.at,
        &job.policy,
        job.new_conversation,
    )
    .map_err(|refusal| Problem::conflict(refusal.code(), refusal.to_string()))?;
    let mut entries: Vec<EntryRow> = received.entries.iter().map(|e| entry_row(t.id, e)).collect();
    if let Some(message) = entries.last_mut() {
        // Only what was written counts as words: not a card's title, not a file's name.
        message.words = match job.kind {
            EntryKind::Text | EntryKind::Image => words(&job.text),
            _ => 0,
        };
        message.automatic = job.automatic;
        message.client_id = Some(job.client_id);
        message.file = job.file.as_ref().map(|f| f.0);
        message.about = job.file.as_ref().map(|f| f.1.clone());
        message.data.clone_from(&job.data);
        message.quote.clone_from(&job.quote);
        message.refers = job.quote.as_ref().map(|q| q.seq);
        message.text.clone_from(&job.text);
    }
    Ok(Ruled {
        entries,
        live: received.live,
        opened: received.opened,
        answer: Appended {
            seq: received.seq,
            at: received.at,
            repeat: false,
        },
    })
}

/// The row takes what the rules made.
fn take(t: &mut ThreadRow, job: &AppendJob, ruled: Ruled) -> Appeared {
    let holder_before = t.live.holder;
    let open_before = t.live.conversation.is_some();
    let owed_before = t.live.owed_since;
    // Lists go on showing what the buyer wrote, not what the house says to everybody.
    if let Some(message) = ruled.entries.last().filter(|_| job.sender != Sender::Auto) {
        note_message(t, message);
    }
    if matches!(job.sender, Sender::Agent(_)) {
        t.unread = 0;
    }
    let marks_before = marks(t);
    t.note_marks(&ruled.entries);
    note_ground(t, job, ruled.answer);
    let marks_changed = marks_before != marks(t);
    t.live = ruled.live;
    if ruled.opened {
        t.conversations += 1;
        t.live.line = job.lines.get(&t.channel).cloned();
    }
    t.rev += 1;
    t.changed_at = t.changed_at.max(job.at);
    Appeared {
        thread: t.clone(),
        entries: ruled.entries,
        holder_before,
        open_before,
        owed_before,
        marks_changed,
    }
}

/// What the message itself does to the stage, to what was left for the next shift, and to an answer that was put off.
fn note_ground(t: &mut ThreadRow, job: &AppendJob, said: Appended) {
    let by = match job.sender {
        Sender::Buyer(_) if !job.automatic => Speaker::Buyer,
        Sender::Agent(_) if !job.automatic => Speaker::Person,
        _ => return,
    };
    if by == Speaker::Buyer && job.ground.unattended && t.left_at.is_none() {
        t.left_at = Some(job.at);
    }
    if by == Speaker::Person
        && let Some(policy) = &job.ground.policy
    {
        t.promise = promise::after(t.promise, &job.text, said.at, said.seq, &policy.promise);
    }
    if t.stage_by.is_none()
        && let Some(policy) = &job.ground.policy
    {
        let words = match job.kind {
            EntryKind::Text | EntryKind::Image => job.text.as_str(),
            _ => "",
        };
        t.stage = stage::after(t.stage, by, words, job.ground.order, &policy.stage);
    }
}

fn no_thread() -> StoreError {
    StoreError::Problem(Problem::not_found("thread"))
}

/// Stores a group of messages; one answer for each job, in the same order.
pub fn append_group(tx: &mut Tx<'_>, jobs: &mut [AppendJob]) -> Vec<Result<Appended>> {
    let outcome = match tx.dialect() {
        Dialect::Sqlite => append_by_row(tx, jobs),
        Dialect::Postgres => append_as_set(tx, jobs),
    };
    match outcome {
        Ok(answers) => answers,
        Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// SQLite: the insert of the message tells whether it is a repeat.
fn append_by_row(tx: &mut Tx<'_>, jobs: &[AppendJob]) -> Result<Vec<Result<Appended>>> {
    let mut threads = Threads::read(tx, jobs)?;
    let mut answers = Vec::with_capacity(jobs.len());
    let mut effects = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Some(t) = threads.find(job.thread) else {
            answers.push(Err(no_thread()));
            continue;
        };
        let ruled = match rule(t, job) {
            Ok(ruled) => ruled,
            Err(refusal) => {
                // What the rules refuse now may have been stored when they did not.
                answers.push(repeat(tx, job)?.unwrap_or(Err(refusal)));
                continue;
            }
        };
        if let Some((message, before)) = ruled.entries.split_last() {
            if tx.exec(sql!("conversation/insert_message"), &entry_values(message))? == 0 {
                answers.push(repeat(tx, job)?.unwrap_or_else(|| {
                    Err(StoreError::inconsistent(
                        "a message is there and is not found by its client id",
                    ))
                }));
                continue;
            }
            for entry in before {
                tx.exec(sql!("conversation/insert_entry"), &entry_values(entry))?;
            }
            write_conversations(tx, t.shop, before)?;
        }
        answers.push(Ok(ruled.answer));
        effects.push(Effect::Appeared(Arc::new(take(t, job, ruled))));
    }
    threads.write(tx)?;
    effects.into_iter().for_each(|effect| tx.emit(effect));
    Ok(answers)
}

/// The answer to a message that is there already.
fn repeat(tx: &mut Tx<'_>, job: &AppendJob) -> Result<Option<Result<Appended>>> {
    let (thread, author, client_id) = key(job);
    tx.opt(
        sql!("conversation/entry_by_client"),
        args![thread, author, client_id],
        |row| Ok(First::read(row)?.answer(job)),
    )
}

/// Where an earlier message under a client id is.
enum Earlier {
    /// In the database: the answer to give to the job that was asked about, and to any other with the same content.
    Stored(Stored),
    /// In this group: number of its effect.
    Here(usize),
}

/// A message of the database, owned.
struct Stored {
    seq: i64,
    at: Stamp,
    kind: String,
    text: String,
    file: Option<FileId>,
    data: Option<String>,
}

/// PostgreSQL: one statement for each step.
fn append_as_set(tx: &mut Tx<'_>, jobs: &[AppendJob]) -> Result<Vec<Result<Appended>>> {
    let mut threads = Threads::read(tx, jobs)?;
    let mut earlier = stored_already(tx, jobs)?;
    let mut answers = Vec::with_capacity(jobs.len());
    let mut appeared: Vec<Appeared> = Vec::with_capacity(jobs.len());
    for job in jobs {
        let key = key(job);
        let first = match earlier.get(&key) {
            Some(Earlier::Stored(s)) => Some(First {
                seq: s.seq,
                at: s.at,
                kind: &s.kind,
                text: &s.text,
                file: s.file,
                data: s.data.as_deref(),
            }),
            Some(Earlier::Here(i)) => appeared.get(*i).and_then(|a| a.entries.last()).map(|e| First {
                seq: e.seq,
                at: e.at,
                kind: e.kind.as_str(),
                text: &e.text,
                file: e.file,
                data: e.data.as_deref(),
            }),
            None => None,
        };
        if let Some(first) = first {
            answers.push(first.answer(job));
            continue;
        }
        let Some(t) = threads.find(job.thread) else {
            answers.push(Err(no_thread()));
            continue;
        };
        match rule(t, job) {
            Ok(ruled) => {
                answers.push(Ok(ruled.answer));
                earlier.insert(key, Earlier::Here(appeared.len()));
                appeared.push(take(t, job, ruled));
            }
            Err(refusal) => answers.push(Err(refusal)),
        }
    }
    if !appeared.is_empty() {
        write_openings(tx, &appeared)?;
        insert_entries(tx, &appeared)?;
        threads.write(tx)?;
    }
    for appeared in appeared {
        tx.emit(Effect::Appeared(Arc::new(appeared)));
    }
    Ok(answers)
}

/// Messages that are there already under the client ids of the group.
fn stored_already(tx: &mut Tx<'_>, jobs: &[AppendJob]) -> Result<HashMap<Key, Earlier>> {
    let keys: Vec<Key> = jobs.iter().map(key).collect();
    let threads: Vec<[u8; 16]> = keys.iter().map(|k| k.0.bytes()).collect();
    let authors: Vec<[u8; 16]> = keys.iter().map(|k| *k.1.as_bytes()).collect();
    let clients: Vec<[u8; 16]> = keys.iter().map(|k| k.2.bytes()).collect();
    let mut found = HashMap::with_capacity(jobs.len());
    tx.each(
        sql!("conversation/entries_by_client.pg"),
        args![&threads, &authors, &clients],
        |row| {
            found.insert(
                (row.id(0)?, row.id(1)?, row.id(2)?),
                Earlier::Stored(Stored {
                    seq: row.int(3)?,
                    at: row.stamp(4)?,
                    kind: row.string(5)?,
                    text: row.string(6)?,
                    file: row.opt_id(7)?,
                    data: row.opt_string(9)?,
                }),
            );
            Ok(())
        },
    )?;
    Ok(found)
}

/// Conversations that the group opens, together; then those that it closes, which are few.
fn write_openings(tx: &mut Tx<'_>, appeared: &[Appeared]) -> Result<()> {
    let entries = |kind: EntryKind| {
        appeared
            .iter()
            .flat_map(|a| a.entries.iter().map(move |e| (a.thread.shop, e)))
            .filter(move |(_, e)| e.kind == kind)
    };
    let opened: Vec<(ShopId, &EntryRow)> = entries(EntryKind::Open).collect();
    if !opened.is_empty() {
        let ids: Vec<[u8; 16]> = opened.iter().map(|(_, e)| e.conversation.bytes()).collect();
        let shops: Vec<[u8; 16]> = opened.iter().map(|(shop, _)| shop.bytes()).collect();
        let threads: Vec<[u8; 16]> = opened.iter().map(|(_, e)| e.thread.bytes()).collect();
        let times: Vec<i64> = opened.iter().map(|(_, e)| e.at.micros()).collect();
        tx.exec(
            sql!("conversation/insert_conversations.pg"),
            args![&ids, &shops, &threads, &times],
        )?;
    }
    for (shop, entry) in entries(EntryKind::Close) {
        write_conversations(tx, shop, std::slice::from_ref(entry))?;
    }
    Ok(())
}

/// Fills one column per field: `column!(rows, |row| value)`.
macro_rules! column {
    ($rows:expr, |$row:pat_param| $value:expr) => {
        &$rows.iter().map(|$row| $value).collect::<Vec<_>>()
    };
}

fn insert_entries(tx: &mut Tx<'_>, appeared: &[Appeared]) -> Result<()> {
    let rows: Vec<&EntryRow> = appeared.iter().flat_map(|a| &a.entries).collect();
    let id = |id: Uuid| *id.as_bytes();
    tx.exec(
        sql!("conversation/insert_entries.pg"),
        args![
            column!(rows, |e| e.thread.bytes()),
            column!(rows, |e| e.seq),
            column!(rows, |e| e.conversation.bytes()),
            column!(rows, |e| e.at.micros()),
            column!(rows, |e| e.kind.as_str()),
            column!(rows, |e| e.sender.as_str()),
            column!(rows, |e| id(e.author)),
            column!(rows, |e| e.agent.map(id)),
            column!(rows, |e| e.to_agent.map(id)),
            column!(rows, |e| e.words),
            column!(rows, |e| e.automatic),
            column!(rows, |e| e.refers),
            column!(rows, |e| e.client_id.map(|c| c.bytes())),
            column!(rows, |e| e.file.map(|f| f.bytes())),
            column!(rows, |e| e.text.as_str()),
            column!(rows, |e| e.data.as_deref())
        ],
    )?;
    Ok(())
}

fn update_threads(tx: &mut Tx<'_>, changed: &[&(ThreadRow, i64)]) -> Result<u64> {
    tx.exec(
        sql!("conversation/update_threads.pg"),
        args![
            column!(changed, |(t, _)| t.id.bytes()),
            column!(changed, |(t, _)| t.changed_at.micros()),
            column!(changed, |(t, _)| t.rev),
            column!(changed, |(t, _)| t.live.last_seq),
            column!(changed, |(t, _)| t.conversations),
            column!(changed, |(t, _)| t.live.conversation.map(|id| id.bytes())),
            column!(changed, |(t, _)| t.live.opened_at.micros()),
            column!(changed, |(t, _)| t.live.holder.map(|id| id.bytes())),
            column!(changed, |(t, _)| t.live.holder_since.micros()),
            column!(changed, |(t, _)| t.live.line.as_deref()),
            column!(changed, |(t, _)| t.live.owed_since.map(Stamp::micros)),
            column!(changed, |(t, _)| t.live.owed_seq),
            column!(changed, |(t, _)| t.live.queued_since.map(Stamp::micros)),
            column!(changed, |(t, _)| t.live.last_at.micros()),
            column!(changed, |(t, _)| t.live.last_message_at.micros()),
            column!(changed, |(t, _)| t.live.last_agent.map(|id| id.bytes())),
            column!(changed, |(t, _)| t.live.next_due.map(Stamp::micros)),
            column!(changed, |(t, _)| t.last_text.as_str()),
            column!(changed, |(t, _)| t.last_kind.as_str()),
            column!(changed, |(t, _)| t.last_from.as_str()),
            column!(changed, |(t, _)| t.unread),
            column!(changed, |(t, _)| t.stage.as_str()),
            column!(changed, |(t, _)| t.stage_by.map(|id| id.bytes())),
            column!(changed, |(t, _)| t.left_at.map(Stamp::micros)),
            column!(changed, |(t, _)| i64::from(t.marked_unread)),
            column!(changed, |(t, _)| t.promise.map(|p| p.at.micros())),
            column!(changed, |(t, _)| t.promise.map_or(0, |p| p.seq)),
            column!(changed, |(_, old)| *old)
        ],
    )
}
