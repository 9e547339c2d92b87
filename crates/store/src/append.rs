//! The lean path of messages: all appends of a commit group in one go.
//!
//! One read of the threads, one look for repeats, the rules in memory, then one insert of all entries and one update of all
//! rows. Idempotent by (thread, author, client id): a repeat gets the first answer, the same id with other content is refused.

use crate::conversation::{
    Appeared, EntryRow, ThreadRow, author, entry_row, entry_values, get_many, note_message, thread_values,
    words, write_conversations,
};
use crate::{Effect, Result, StoreError, Tx, args, sql};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Sender, receive};
use yingke_domain::policy::ConversationPolicy;
use yingke_kernel::{ClientId, ConversationId, FileId, Problem, Stamp, ThreadId};

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
    /// The picture with its pixels.
    pub file: Option<(FileId, i64, i64)>,
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

struct Known {
    seq: i64,
    at: Stamp,
    kind: String,
    text: String,
    file: Option<FileId>,
}

impl Known {
    /// The first answer again, unless the content differs. A message that was taken back has no content to compare.
    fn answer(&self, job: &AppendJob) -> Result<Appended> {
        let file = job.file.map(|f| f.0);
        let blanked = self.text.is_empty() && self.file.is_none();
        if blanked || (self.kind == job.kind.as_str() && self.text == job.text && self.file == file) {
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

fn key(job: &AppendJob) -> Key {
    (job.thread, author(job.sender), job.client_id)
}

fn repeats(tx: &mut Tx<'_>, jobs: &[AppendJob]) -> Result<HashMap<Key, Known>> {
    let mut known = HashMap::new();
    for job in jobs {
        let key = key(job);
        let found = tx.opt(
            sql!("conversation/entry_by_client"),
            args![key.0, key.1, key.2],
            |row| {
                Ok(Known {
                    seq: row.int(0)?,
                    at: row.stamp(1)?,
                    kind: row.string(2)?,
                    text: row.string(3)?,
                    file: row.opt_id(4)?,
                })
            },
        )?;
        if let Some(found) = found {
            known.insert(key, found);
        }
    }
    Ok(known)
}

/// Stores a group of messages; one answer for each job, in the same order.
pub fn append_group(tx: &mut Tx<'_>, jobs: &mut [AppendJob]) -> Vec<Result<Appended>> {
    match append_all(tx, jobs) {
        Ok(answers) => answers,
        Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn append_all(tx: &mut Tx<'_>, jobs: &mut [AppendJob]) -> Result<Vec<Result<Appended>>> {
    let mut ids: Vec<[u8; 16]> = jobs.iter().map(|job| job.thread.bytes()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut threads: HashMap<ThreadId, (ThreadRow, i64)> = get_many(tx, &ids)?
        .into_iter()
        .map(|t| (t.id, (t.rev, t)))
        .map(|(id, (rev, t))| (id, (t, rev)))
        .collect();
    let mut known = repeats(tx, jobs)?;
    let mut answers = Vec::with_capacity(jobs.len());
    let mut all_entries: Vec<EntryRow> = Vec::with_capacity(jobs.len() * 2);
    let mut effects = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        if let Some(first) = known.get(&key(job)) {
            answers.push(first.answer(job));
            continue;
        }
        let Some((t, _)) = threads.get_mut(&job.thread) else {
            answers.push(Err(StoreError::Problem(Problem::not_found("thread"))));
            continue;
        };
        let received = match receive(
            t.live.clone(),
            job.sender,
            job.kind,
            job.automatic,
            job.at,
            &job.policy,
            job.new_conversation,
        ) {
            Ok(received) => received,
            Err(refusal) => {
                answers.push(Err(StoreError::Problem(Problem::conflict(
                    refusal.code(),
                    refusal.to_string(),
                ))));
                continue;
            }
        };
        let holder_before = t.live.holder;
        let open_before = t.live.conversation.is_some();
        let mut entries: Vec<EntryRow> = received.entries.iter().map(|e| entry_row(t.id, e)).collect();
        if let Some(message) = entries.last_mut() {
            message.words = words(&job.text);
            message.automatic = job.automatic;
            message.client_id = Some(job.client_id);
            message.file = job.file.map(|f| f.0);
            message.size = job.file.map(|f| (f.1, f.2));
            message.text.clone_from(&job.text);
            note_message(t, message);
        }
        if matches!(job.sender, Sender::Agent(_)) {
            t.unread = 0;
        }
        t.live = received.live;
        if received.opened {
            t.conversations += 1;
            t.live.line = job.lines.get(&t.channel).cloned();
        }
        t.rev += 1;
        t.changed_at = t.changed_at.max(job.at);
        known.insert(
            key(job),
            Known {
                seq: received.seq,
                at: received.at,
                kind: job.kind.as_str().to_owned(),
                text: job.text.clone(),
                file: job.file.map(|f| f.0),
            },
        );
        answers.push(Ok(Appended {
            seq: received.seq,
            at: received.at,
            repeat: false,
        }));
        all_entries.extend(entries.iter().cloned());
        effects.push(Appeared {
            thread: t.clone(),
            entries,
            holder_before,
            open_before,
        });
    }
    for appeared in &effects {
        write_conversations(tx, appeared.thread.shop, &appeared.entries)?;
    }
    let rows: Vec<_> = all_entries.iter().map(entry_values).collect();
    tx.exec_many(sql!("conversation/insert_entry"), &rows)?;
    let changed: Vec<&(ThreadRow, i64)> = threads.values().filter(|(t, old)| t.rev != *old).collect();
    let rows: Vec<_> = changed.iter().map(|(t, old)| thread_values(t, *old)).collect();
    if tx.exec_many(sql!("conversation/update_thread"), &rows)? != rows.len() as u64 {
        return Err(StoreError::Busy(
            "a thread changed while messages were written to it".to_owned(),
        ));
    }
    for appeared in effects {
        tx.emit(Effect::Appeared(Arc::new(appeared)));
    }
    Ok(answers)
}
