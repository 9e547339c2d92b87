//! The response clock: from the facts of one conversation to its turns (R-RESP, 2.1).
//!
//! A turn opens at a buyer's message when none is open; it ends by a person's message, by the close of the conversation,
//! or by a waiver. Automatic messages never end it. The wait is cut into segments by who held the conversation.
//!
//! Where the rulebook leaves room:
//!
//! - A recalled message of a person is still a message; it only ends no turn, as if it had not been sent. So a turn whose
//!   first answer was recalled ends by the next one, and later questions join it.
//! - Whoever takes a conversation from the queue in the very instant of the buyer's message has held it from that message.
//! - An answer by somebody who does not hold the conversation waits from their latest holding of that turn, else from the
//!   turn's start.
//! - An imported automatic line without an account does not move the conversation to the queue; a buyer's line without one
//!   does (`agent: null` is the queue).
//! - Imported: a transfer line in the turn says when the new account got it; without one, its first line in the turn that
//!   is not the answer; else the turn's start.
//! - Words that a supervisor confirmed to be abuse stay messages and open no turn: a turn begins at the first other message
//!   of the buyer, and one that has no other does not exist (R-DESK-12).
//! - A conversation without a close fact whose time ran out before `as_of` counts as closed at that time, live or imported.

use crate::conversation::{EntryKind, NewEntry, Sender};
use crate::policy::ConversationPolicy;
use std::{borrow::Cow, ops::Range};
use yingke_kernel::{PersonId, Stamp};

/// A receiving agent (a person, or an account bound to nobody), numbered by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct AgentNo(pub u32);

/// A line, numbered by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct LineNo(pub u32);

/// Something that happened in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Its place in the thread (imports: the line); breaks ties of time.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// What.
    pub what: What,
}

/// How the holder changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Given from the queue, or taken.
    Assigned,
    /// Passed on by a person.
    Transferred,
    /// Back to the queue; `handed_back`: because the agent left.
    Requeued {
        /// The agent set away (2.1).
        handed_back: bool,
    },
}

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A buyer's message; `agent`: the receiving account as an import states it (live: `None`).
    Buyer {
        /// Imported: the line's account.
        agent: Option<AgentNo>,
    },
    /// A person's message.
    Person {
        /// Who wrote.
        agent: AgentNo,
        /// Characters without white space.
        words: u32,
    },
    /// A message of bot, auto or system, or a text that begins with an automatic prefix (the caller decides).
    Automatic {
        /// Imported: the line's account.
        agent: Option<AgentNo>,
    },
    /// The holder changed.
    Held {
        /// Who holds it now; `None` = the queue.
        by: Option<AgentNo>,
        /// Who held it, where the source says so.
        from: Option<AgentNo>,
        /// How.
        how: How,
    },
    /// The open turn needs no answer.
    Waived,
    /// The conversation closed.
    Closed,
    /// The message of that sequence was taken back.
    Recalled {
        /// Which.
        seq: i64,
    },
    /// The close or the waiver of that sequence was taken back at once, or the mark by a supervisor: it was never done.
    Undone {
        /// Which.
        seq: i64,
    },
    /// Words of the buyer are abuse, as a supervisor confirmed (R-DESK-12): the message of that sequence, 0 = all before.
    Marked {
        /// Which.
        seq: i64,
    },
    /// Anything else (ratings, notes, read marks, what a blocked buyer writes): no message, no effect.
    Other,
}

/// Who caused an entry, as far as the clock cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<A> {
    /// The buyer.
    Buyer,
    /// A person, or a receiving account of a platform.
    Agent(A),
    /// Bot, automatic text, the house.
    Machine,
}

/// An entry as the clock reads it, live or imported; `A` is however the source names people and accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryFacts<A> {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// What it is.
    pub kind: EntryKind,
    /// Who caused it.
    pub by: By<A>,
    /// Imported: the receiving account; live events: who held it until then.
    pub agent: Option<A>,
    /// Who holds it from now on.
    pub to: Option<A>,
    /// Counted as automatic although a person sent it (`clock.auto_prefix`); a buyer's: written while they were blocked.
    pub automatic: bool,
    /// Characters without white space.
    pub words: u32,
    /// The entry that a recall or a reopening is about.
    pub refers: i64,
}

impl Fact {
    /// The one place where an entry becomes a fact (2.1). `number` numbers people and accounts.
    pub fn of<A: Copy>(e: &EntryFacts<A>, mut number: impl FnMut(A) -> AgentNo) -> Self {
        let what = match (e.kind, e.by) {
            (kind, By::Buyer) if kind.is_message() && !e.automatic => What::Buyer {
                agent: e.agent.map(number),
            },
            // Nobody reads what a blocked buyer writes: it is stored, and nothing else (R-DESK-12).
            (kind, By::Buyer) if kind.is_message() => What::Other,
            (kind, By::Agent(author)) if kind.is_message() && !e.automatic => What::Person {
                agent: number(author),
                words: e.words,
            },
            (kind, by) if kind.is_message() => {
                let own = match by {
                    By::Agent(author) => Some(author),
                    _ => None,
                };
                What::Automatic {
                    agent: e.agent.or(own).map(number),
                }
            }
            (EntryKind::Assign | EntryKind::Transfer | EntryKind::Requeue, by) => What::Held {
                by: match e.kind {
                    EntryKind::Requeue => None,
                    _ => e.to.map(&mut number),
                },
                from: e.agent.map(number),
                how: match e.kind {
                    EntryKind::Assign => How::Assigned,
                    EntryKind::Transfer => How::Transferred,
                    _ => How::Requeued {
                        handed_back: matches!(by, By::Agent(_)),
                    },
                },
            },
            (EntryKind::Waive, _) => What::Waived,
            (EntryKind::Close, _) => What::Closed,
            (EntryKind::Recall, _) => What::Recalled { seq: e.refers },
            (EntryKind::Reopen, _) => What::Undone { seq: e.refers },
            (EntryKind::Mark, _) => What::Marked { seq: e.refers },
            // Notes, marks and invitations are no messages (2.1); that it opened is said by its first message.
            _ => What::Other,
        };
        Self {
            seq: e.seq,
            at: e.at,
            what,
        }
    }

    /// The fact that an entry of the rules is. `is_automatic` and `words` (characters without white space) are the
    /// message's.
    pub fn of_entry(
        entry: &NewEntry,
        is_automatic: bool,
        words: u32,
        number: impl FnMut(PersonId) -> AgentNo,
    ) -> Self {
        let by = match entry.sender {
            Sender::Buyer(_) => By::Buyer,
            Sender::Agent(person) => By::Agent(person),
            Sender::Bot | Sender::Auto | Sender::System => By::Machine,
        };
        let facts = EntryFacts {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            by,
            agent: entry.from,
            to: entry.to,
            automatic: is_automatic,
            words,
            refers: entry.of_seq,
        };
        Self::of(&facts, number)
    }
}

/// Where the facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our own desk: the holder is what the `Held` facts say.
    Live,
    /// A platform's file: the line's account is the holder.
    Imported,
}

/// The facts of one conversation.
#[derive(Debug, Clone, Copy)]
pub struct Conversation<'a> {
    /// In any order; judged by (time, sequence).
    pub facts: &'a [Fact],
    /// Where they come from.
    pub source: Source,
}

/// Whose message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsgKind {
    /// The buyer's.
    Buyer,
    /// A person's.
    Person,
    /// Nobody's.
    Automatic,
}

/// A message, as the figures count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Msg {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Buyer and automatic: the holder then (imported: the line's account); person: who wrote. `None` = the queue.
    pub agent: Option<AgentNo>,
    /// Whose.
    pub kind: MsgKind,
    /// Characters without white space of a person's message, else 0.
    pub words: u32,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnEnd {
    /// A person answered.
    Answered {
        /// Who.
        by: AgentNo,
        /// The answer.
        seq: i64,
        /// When.
        at: Stamp,
        /// When they got the turn; never before its start.
        got_at: Stamp,
    },
    /// The conversation closed without an answer.
    Closed {
        /// When.
        at: Stamp,
    },
    /// Marked as needing no answer.
    Waived {
        /// When.
        at: Stamp,
    },
    /// Still owed an answer.
    Open,
}

/// A stretch of a wait that one agent, or nobody, held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Who; `None` = the queue.
    pub holder: Option<AgentNo>,
    /// From (included).
    pub from: Stamp,
    /// To (open turns: the time of judgement).
    pub to: Stamp,
}

/// A turn (回合).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The buyer's message that opened it.
    pub first_seq: i64,
    /// Its time.
    pub began: Stamp,
    /// How it ended.
    pub end: TurnEnd,
    /// Whom its figures belong to: the answerer, else the last holder; `None` = the queue.
    pub owner: Option<AgentNo>,
    /// Who held it last.
    pub last_holder: Option<AgentNo>,
    segments: (u32, u32),
}

impl Turn {
    /// Whole seconds from the turn's start to its answer; `None` unless answered.
    pub fn shop_wait(&self) -> Option<i64> {
        match self.end {
            TurnEnd::Answered { at, .. } => Some(at.secs_since(self.began)),
            _ => None,
        }
    }
    /// Whole seconds from when the answerer got it (at the earliest its start) to the answer; `None` unless answered.
    pub fn agent_wait(&self) -> Option<i64> {
        match self.end {
            TurnEnd::Answered { at, got_at, .. } => Some(at.secs_since(got_at.max(self.began))),
            _ => None,
        }
    }
    /// Whether an answer is still owed.
    pub fn is_open(&self) -> bool {
        self.end == TurnEnd::Open
    }
    /// Whether a person answered.
    pub fn is_answered(&self) -> bool {
        matches!(self.end, TurnEnd::Answered { .. })
    }
}

/// A change of holder that a person made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// From whom.
    pub from: Option<AgentNo>,
    /// To whom; `None` = a queue.
    pub to: Option<AgentNo>,
}

/// An owed answer given back to the queue by leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedBack {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// By whom.
    pub agent: Option<AgentNo>,
}

/// What follows from the facts of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Derived {
    /// The turns, in order.
    pub turns: Vec<Turn>,
    /// The segments of all turns, in order; see [`Derived::segments`].
    segments: Vec<Segment>,
    /// The messages, in order.
    pub messages: Vec<Msg>,
    /// The transfers, in order.
    pub transfers: Vec<Transfer>,
    /// The hand-backs, in order.
    pub handed_back: Vec<HandedBack>,
}

impl Derived {
    /// The segments of a turn of this conversation, in order, at least one.
    pub fn segments(&self, turn: &Turn) -> &[Segment] {
        &self.segments[turn.segments.0 as usize..turn.segments.1 as usize]
    }
    /// Time of the last message.
    pub fn last_message_at(&self) -> Option<Stamp> {
        self.messages.last().map(|message| message.at)
    }
    /// Whether a turn is open.
    pub fn is_owed(&self) -> bool {
        self.turns.last().is_some_and(Turn::is_open)
    }
    fn clear(&mut self) {
        self.turns.clear();
        self.segments.clear();
        self.messages.clear();
        self.transfers.clear();
        self.handed_back.clear();
    }
}

/// Derives a conversation as it stands at `as_of`; later facts are left out.
pub fn derive(conversation: &Conversation<'_>, policy: &ConversationPolicy, as_of: Stamp) -> Derived {
    let mut out = Derived::default();
    derive_into(conversation, policy, as_of, &mut out);
    out
}

/// As [`derive`], into a used value whose memory is kept.
pub fn derive_into(
    conversation: &Conversation<'_>,
    policy: &ConversationPolicy,
    as_of: Stamp,
    out: &mut Derived,
) {
    out.clear();
    let facts = in_order(conversation.facts);
    let end = facts.partition_point(|fact| fact.at <= as_of);
    let facts = &facts[..end];
    let mut recalled: Vec<i64> = Vec::new();
    let mut undone: Vec<i64> = Vec::new();
    let mut marked: Vec<i64> = Vec::new();
    // So many facts stand before the last mark of everything.
    let mut all_before = 0;
    for fact in facts {
        match fact.what {
            What::Recalled { seq } => recalled.push(seq),
            What::Undone { seq } => undone.push(seq),
            _ => {}
        }
    }
    for (i, fact) in facts.iter().enumerate() {
        match fact.what {
            // A supervisor took it back: it was never confirmed.
            What::Marked { .. } if undone.contains(&fact.seq) => {}
            What::Marked { seq: 0 } => all_before = i,
            What::Marked { seq } => marked.push(seq),
            _ => {}
        }
    }
    let imported = conversation.source == Source::Imported;
    let mut run = Run {
        out,
        holder: None,
        open: false,
        transfers_before: 0,
        imported,
    };
    for (i, fact) in facts.iter().enumerate() {
        let at = fact.at;
        match fact.what {
            What::Buyer { agent } => {
                let agent = if imported {
                    run.hold(agent, at);
                    agent
                } else {
                    agent.or(run.holder)
                };
                run.message(fact, agent, MsgKind::Buyer, 0);
                let is_abuse = i < all_before || marked.contains(&fact.seq);
                if !run.open && !is_abuse {
                    run.begin(fact);
                }
            }
            What::Person { agent, words } => {
                run.message(fact, Some(agent), MsgKind::Person, words);
                if run.open && (recalled.is_empty() || !recalled.contains(&fact.seq)) {
                    let got_at = run.got_at(agent);
                    run.end(
                        TurnEnd::Answered {
                            by: agent,
                            seq: fact.seq,
                            at,
                            got_at,
                        },
                        at,
                    );
                }
            }
            What::Automatic { agent } => {
                let agent = if imported {
                    if agent.is_some() {
                        run.hold(agent, at);
                    }
                    agent
                } else {
                    agent.or(run.holder)
                };
                run.message(fact, agent, MsgKind::Automatic, 0);
            }
            What::Held { by, from, how } => {
                let from = from.or(run.holder);
                match how {
                    How::Transferred if from != by => {
                        run.out.transfers.push(Transfer {
                            seq: fact.seq,
                            at,
                            from,
                            to: by,
                        });
                    }
                    How::Requeued { handed_back: true } if run.open => {
                        run.out.handed_back.push(HandedBack {
                            seq: fact.seq,
                            at,
                            agent: from,
                        });
                    }
                    _ => {}
                }
                // What was written to the queue was written to whoever takes it from there: the wait is the queue's, the
                // message is not.
                if !imported && run.holder.is_none() && by.is_some() {
                    for message in run.out.messages.iter_mut().rev() {
                        if message.agent.is_some() {
                            break;
                        }
                        message.agent = by;
                    }
                }
                run.hold(by, at);
            }
            What::Waived | What::Closed if undone.contains(&fact.seq) => {}
            What::Waived => run.end(TurnEnd::Waived { at }, at),
            What::Closed => {
                run.end(TurnEnd::Closed { at }, at);
                run.holder = None;
            }
            What::Recalled { .. } | What::Undone { .. } | What::Marked { .. } | What::Other => {}
        }
    }
    if run.open {
        let due = run
            .out
            .last_message_at()
            .unwrap_or(as_of)
            .plus_secs(policy.owed_close_secs);
        if due <= as_of {
            run.end(TurnEnd::Closed { at: due }, due);
        } else {
            run.end(TurnEnd::Open, as_of);
        }
    }
}

fn in_order(facts: &[Fact]) -> Cow<'_, [Fact]> {
    if facts.is_sorted_by_key(|fact| (fact.at, fact.seq)) {
        return Cow::Borrowed(facts);
    }
    let mut sorted = facts.to_vec();
    sorted.sort_by_key(|fact| (fact.at, fact.seq));
    Cow::Owned(sorted)
}

struct Run<'a> {
    out: &'a mut Derived,
    holder: Option<AgentNo>,
    open: bool,
    /// Transfers before the open turn.
    transfers_before: usize,
    imported: bool,
}

impl Run<'_> {
    fn message(&mut self, fact: &Fact, agent: Option<AgentNo>, kind: MsgKind, words: u32) {
        self.out.messages.push(Msg {
            seq: fact.seq,
            at: fact.at,
            agent,
            kind,
            words,
        });
    }

    fn begin(&mut self, fact: &Fact) {
        let start = self.out.segments.len() as u32;
        self.out.segments.push(Segment {
            holder: self.holder,
            from: fact.at,
            to: fact.at,
        });
        self.out.turns.push(Turn {
            first_seq: fact.seq,
            began: fact.at,
            end: TurnEnd::Open,
            owner: None,
            last_holder: None,
            segments: (start, start + 1),
        });
        self.transfers_before = self.out.transfers.len();
        self.open = true;
    }

    fn hold(&mut self, by: Option<AgentNo>, at: Stamp) {
        if self.holder == by {
            return;
        }
        self.holder = by;
        if !self.open {
            return;
        }
        let Some(last) = self.out.segments.last_mut() else {
            return;
        };
        if last.holder.is_none() && last.from == at {
            // Nobody held it for no time at all: then it was never in the queue.
            last.holder = by;
            return;
        }
        last.to = at;
        self.out.segments.push(Segment {
            holder: by,
            from: at,
            to: at,
        });
    }

    fn got_at(&self, agent: AgentNo) -> Stamp {
        let Some(turn) = self.out.turns.last() else {
            return Stamp::default();
        };
        let segments = &self.out.segments[turn.segments.0 as usize..];
        let by_agent = |segment: &&Segment| segment.holder == Some(agent);
        let held = if self.imported {
            let transfers = self.out.transfers[self.transfers_before..].iter();
            let transferred = transfers
                .rev()
                .find(|transfer| transfer.to == Some(agent))
                .map(|transfer| transfer.at);
            transferred.or_else(|| segments.iter().find(by_agent).map(|segment| segment.from))
        } else {
            segments.iter().rev().find(by_agent).map(|segment| segment.from)
        };
        held.unwrap_or(turn.began)
    }

    fn end(&mut self, end: TurnEnd, at: Stamp) {
        if !self.open {
            return;
        }
        let (Some(turn), Some(last)) = (self.out.turns.last_mut(), self.out.segments.last_mut()) else {
            return;
        };
        last.to = at.max(last.from);
        turn.end = end;
        turn.last_holder = last.holder;
        turn.owner = match end {
            TurnEnd::Answered { by, .. } => Some(by),
            _ => last.holder,
        };
        turn.segments.1 = self.out.segments.len() as u32;
        self.open = false;
    }
}

/// Cuts the facts of one imported thread that came without conversation ids into conversations, by the rule of the live
/// desk: over after so long without a message, longer when an answer is owed, or by a close line (2.1). `facts` must be
/// sorted by (time, sequence); the ranges cover all of them.
pub fn split_imported(facts: &[Fact], policy: &ConversationPolicy) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut last_message: Option<Stamp> = None;
    let mut owed = false;
    let mut closed = false;
    for (i, fact) in facts.iter().enumerate() {
        let message = matches!(
            fact.what,
            What::Buyer { .. } | What::Person { .. } | What::Automatic { .. }
        );
        if message {
            let limit = if owed {
                policy.owed_close_secs
            } else {
                policy.idle_close_secs
            };
            let over = closed || last_message.is_some_and(|last| fact.at >= last.plus_secs(limit));
            if over && i > start {
                ranges.push(start..i);
                start = i;
                owed = false;
            }
            closed = false;
            last_message = Some(fact.at);
        }
        match fact.what {
            What::Buyer { .. } => owed = true,
            What::Person { .. } | What::Waived => owed = false,
            What::Closed => {
                owed = false;
                closed = true;
            }
            _ => {}
        }
    }
    if start < facts.len() {
        ranges.push(start..facts.len());
    }
    ranges
}

#[cfg(test)]
mod tests;
