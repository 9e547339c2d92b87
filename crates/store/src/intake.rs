//! Imported chat lines: stored once, in their thread, beside whatever was said live. An import never opens, closes or
//! holds a conversation of the desk.

use crate::conversation::{EntryRow, entry_values, words};
use crate::{Effect, Result, Row, Tx, access, args, buyer, sql};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{AccountId, ClientId, ConversationId, ShopId, Stamp, ThreadId};

/// A line of a chat file, checked.
#[derive(Debug, Clone)]
pub struct ChatLine {
    /// Its shop.
    pub shop: ShopId,
    /// Its channel.
    pub channel: String,
    /// The source's conversation id; empty = none, the rule cuts the thread.
    pub conversation: String,
    /// The buyer's name on the channel.
    pub buyer: String,
    /// The receiving account.
    pub agent: Option<String>,
    /// Who takes over.
    pub to_agent: Option<String>,
    /// When.
    pub at: Stamp,
    /// `buyer agent bot auto system`.
    pub sender: &'static str,
    /// What.
    pub kind: EntryKind,
    /// Words.
    pub text: String,
    /// Counted as automatic (`clock.auto_prefix`).
    pub automatic: bool,
    /// Identity of the line.
    pub identity: ClientId,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// New; `conversation`: so is its conversation.
    Created {
        /// The conversation is new, too.
        conversation: bool,
    },
    /// Known by its id, with other content now.
    Changed,
    /// Known, the same.
    Unchanged,
}

#[derive(Default)]
struct Memory {
    accounts: HashMap<(ShopId, String, String), AccountId>,
    threads: HashMap<(ShopId, String, String), (Uuid, ThreadId)>,
    conversations: HashMap<(ThreadId, String), ConversationId>,
}

impl Memory {
    fn account(&mut self, tx: &mut Tx<'_>, line: &ChatLine, name: &str, now: Stamp) -> Result<Uuid> {
        let key = (line.shop, line.channel.clone(), name.to_owned());
        if let Some(id) = self.accounts.get(&key) {
            return Ok(id.0);
        }
        let id = access::account(tx, line.shop, &line.channel, name, now)?;
        self.accounts.insert(key, id);
        Ok(id.0)
    }
    fn thread(&mut self, tx: &mut Tx<'_>, line: &ChatLine, now: Stamp) -> Result<(Uuid, ThreadId)> {
        let key = (line.shop, line.channel.clone(), line.buyer.clone());
        if let Some(found) = self.threads.get(&key) {
            return Ok(*found);
        }
        let (buyer, thread, _) =
            buyer::buyer_and_thread(tx, line.shop, &line.channel, &line.buyer, &line.buyer, now)?;
        self.threads.insert(key, (buyer.0, thread));
        Ok((buyer.0, thread))
    }
    fn conversation(
        &mut self,
        tx: &mut Tx<'_>,
        line: &ChatLine,
        thread: ThreadId,
        now: Stamp,
    ) -> Result<(ConversationId, bool)> {
        let key = (thread, line.conversation.clone());
        if let Some(id) = self.conversations.get(&key) {
            return Ok((*id, false));
        }
        let found = tx.opt(
            sql!("intake/conversation"),
            args![thread, &line.conversation],
            |row| row.id(0),
        )?;
        let (id, new) = match found {
            Some(id) => (id, false),
            None => {
                let id = ConversationId::new(now);
                tx.exec(
                    sql!("intake/insert_conversation"),
                    args![id, line.shop, thread, &line.conversation, true, line.at],
                )?;
                tx.exec(sql!("intake/count_conversation"), args![thread])?;
                (id, true)
            }
        };
        self.conversations.insert(key, id);
        Ok((id, new))
    }
}

fn known(
    row: &Row<'_>,
    line: &ChatLine,
    author: Uuid,
    agent: Option<Uuid>,
    to: Option<Uuid>,
) -> Result<(i64, bool)> {
    let same = row.stamp(1)? == line.at
        && row.text(2)? == line.kind.as_str()
        && row.text(3)? == line.sender
        && row.id::<Uuid>(4)? == author
        && row.opt_id::<Uuid>(5)? == agent
        && row.opt_id::<Uuid>(6)? == to
        && row.text(7)? == line.text;
    Ok((row.int(0)?, same))
}

/// Stores a slice of lines, in order; one outcome for each. Emits [`Effect::Imported`] for every thread that changed.
pub fn store_lines(tx: &mut Tx<'_>, lines: &[ChatLine], now: Stamp) -> Result<Vec<Stored>> {
    let mut memory = Memory::default();
    let mut touched: Vec<ThreadId> = Vec::new();
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        let (buyer, thread) = memory.thread(tx, line, now)?;
        let agent = line
            .agent
            .as_deref()
            .map(|name| memory.account(tx, line, name, now))
            .transpose()?;
        let to_agent = line
            .to_agent
            .as_deref()
            .map(|name| memory.account(tx, line, name, now))
            .transpose()?;
        let author = match line.sender {
            "buyer" => buyer,
            "agent" => agent.unwrap_or_default(),
            _ => Uuid::nil(),
        };
        let found = tx.opt(sql!("intake/entry"), args![thread, line.identity], |row| {
            known(row, line, author, agent, to_agent)
        })?;
        if let Some((_, true)) = found {
            outcomes.push(Stored::Unchanged);
            continue;
        }
        let (conversation, new) = memory.conversation(tx, line, thread, now)?;
        if !new {
            tx.exec(sql!("intake/stretch_conversation"), args![conversation, line.at])?;
        }
        let (kind, count) = (line.kind.as_str(), words(&line.text));
        if let Some((seq, false)) = found {
            let values = args![
                thread,
                seq,
                conversation,
                line.at,
                kind,
                line.sender,
                author,
                agent,
                to_agent,
                count,
                line.automatic,
                &line.text
            ];
            tx.exec(sql!("intake/update_entry"), values)?;
            tx.exec(sql!("intake/touch_thread"), args![thread, now])?;
            outcomes.push(Stored::Changed);
        } else {
            let seq = tx.one(sql!("intake/next_seq"), args![thread, now], |row| row.int(0))?;
            let entry = EntryRow {
                thread,
                seq,
                conversation,
                at: line.at,
                kind: line.kind,
                sender: line.sender.to_owned(),
                author,
                agent,
                to_agent,
                words: count,
                automatic: line.automatic,
                refers: None,
                client_id: Some(line.identity),
                file: None,
                text: line.text.clone(),
                about: None,
                data: None,
                quote: None,
            };
            tx.exec(sql!("conversation/insert_entry"), &entry_values(&entry))?;
            if line.kind.is_message() {
                let beginning: String = line.text.chars().take(80).collect();
                // A file may hold times to come; the desk's own clock must not be led ahead by it.
                let values = args![thread, line.at.min(now), &beginning, kind, line.sender];
                tx.exec(sql!("intake/note_last"), values)?;
            }
            outcomes.push(Stored::Created { conversation: new });
        }
        touched.push(thread);
    }
    touched.sort_unstable();
    touched.dedup();
    for thread in touched {
        tx.emit(Effect::Imported(thread));
    }
    Ok(outcomes)
}

/// Conversations that a look at earlier lines of the same file has counted: nothing is stored that would tell.
#[derive(Debug, Default)]
pub struct Seen(HashSet<(ShopId, String, String, String)>);

impl Seen {
    /// Whether this line's conversation was not met before.
    fn is_first(&mut self, line: &ChatLine) -> bool {
        self.0.insert((
            line.shop,
            line.channel.clone(),
            line.buyer.clone(),
            line.conversation.clone(),
        ))
    }
}

/// As [`store_lines`], but writes nothing: what would become of each line.
pub fn look_at_lines(tx: &mut Tx<'_>, lines: &[ChatLine], seen: &mut Seen) -> Result<Vec<Stored>> {
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        let buyer = tx.opt(
            sql!("buyer/by_external"),
            args![line.shop, &line.channel, &line.buyer],
            |row| row.id::<Uuid>(0),
        )?;
        let thread = match buyer {
            Some(buyer) => tx.opt(
                sql!("conversation/thread_of_buyer"),
                args![line.shop, &line.channel, buyer],
                |row| row.id(0),
            )?,
            None => None,
        };
        let (Some(buyer), Some(thread)) = (buyer, thread) else {
            outcomes.push(Stored::Created {
                conversation: seen.is_first(line),
            });
            continue;
        };
        let mut account = |name: Option<&str>| -> Result<Option<Uuid>> {
            let Some(name) = name else { return Ok(None) };
            tx.opt(
                sql!("access/account_by_name"),
                args![line.shop, &line.channel, name],
                |row| row.id(0),
            )
        };
        let agent = account(line.agent.as_deref())?;
        let to_agent = account(line.to_agent.as_deref())?;
        let author = match line.sender {
            "buyer" => buyer,
            "agent" => agent.unwrap_or_default(),
            _ => Uuid::nil(),
        };
        let thread: ThreadId = thread;
        let found = tx.opt(sql!("intake/entry"), args![thread, line.identity], |row| {
            known(row, line, author, agent, to_agent)
        })?;
        outcomes.push(match found {
            Some((_, true)) => Stored::Unchanged,
            other => {
                let is_new = seen.is_first(line)
                    && tx
                        .opt(
                            sql!("intake/conversation"),
                            args![thread, &line.conversation],
                            |row| row.id::<ConversationId>(0),
                        )?
                        .is_none();
                match other {
                    None => Stored::Created { conversation: is_new },
                    Some(_) => Stored::Changed,
                }
            }
        });
    }
    Ok(outcomes)
}
