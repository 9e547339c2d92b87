//! The live state of a thread and what may happen to it (R-RESP, 2.1).
//!
//! A thread never closes and owns the sequence of its entries. A conversation is an episode of it, at most one open at a
//! time. Every function takes the state by value and gives the new state with the numbered entries that must be written
//! in the same transaction. None reads a clock; inside a thread the time never goes backward: an earlier `at` is taken as
//! the time of the last entry.
//!
//! Where the rulebook leaves room: an agent's message takes a conversation that nobody holds (an `assign` entry precedes
//! it); a conversation whose time has run out counts as closed from that moment, and whoever comes first (the timer or
//! the next message) writes the `close` entry with that time; whoever goes back to the queue with an answer owed keeps the
//! place that the wait gives them.

use crate::policy::ConversationPolicy;
use yingke_kernel::{BuyerId, ConversationId, PersonId, Stamp};

/// The state of a thread, as stored in its one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Live {
    /// Sequence of the last entry; 0 = none yet.
    pub last_seq: i64,
    /// The open conversation.
    pub conversation: Option<ConversationId>,
    /// When the open conversation opened (of the last one, when none is open).
    pub opened_at: Stamp,
    /// Who holds the open conversation; `None` = the queue, or none is open.
    pub holder: Option<PersonId>,
    /// Since when the holder (or nobody) has held it.
    pub holder_since: Stamp,
    /// The line that the conversation waits for or is held in.
    pub line: Option<String>,
    /// Time of the first unanswered buyer message.
    pub owed_since: Option<Stamp>,
    /// Sequence of the first unanswered buyer message; 0 = none.
    pub owed_seq: i64,
    /// Waiting in the queue since.
    pub queued_since: Option<Stamp>,
    /// Time of the last entry.
    pub last_at: Stamp,
    /// Time of the last message of anybody, bots included; the closing times are measured from it.
    pub last_message_at: Stamp,
    /// The person who answered this buyer last, also in an earlier conversation.
    pub last_agent: Option<PersonId>,
    /// When the open conversation is over by itself.
    pub next_due: Option<Stamp>,
}

/// Who causes an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// The buyer of the thread.
    Buyer(BuyerId),
    /// A person of the house.
    Agent(PersonId),
    /// The answering machine.
    Bot,
    /// Welcome and away texts, scheduled words.
    Auto,
    /// The house itself.
    System,
}

impl Sender {
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer(_) => "buyer",
            Self::Agent(_) => "agent",
            Self::Bot => "bot",
            Self::Auto => "auto",
            Self::System => "system",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// What a numbered entry of a thread is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum EntryKind {
            $($(#[$doc])* $name,)+
        }
        impl EntryKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// Name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// The kind of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// Written words.
    Text = "text",
    /// A picture.
    Image = "image",
    /// A product or order card.
    Card = "card",
    /// A voice clip.
    Voice = "voice",
    /// A file.
    File = "file",
    /// The conversation went to another person or line.
    Transfer = "transfer",
    /// The conversation closed.
    Close = "close",
    /// A conversation opened.
    Open = "open",
    /// A person got the conversation.
    Assign = "assign",
    /// The conversation went back to the queue.
    Requeue = "requeue",
    /// The open turn needs no answer.
    Waive = "waive",
    /// A message was taken back.
    Recall = "recall",
    /// The buyer's mark; no message (2.1).
    Rating = "rating",
    /// The buyer was invited to give a mark; no message (2.1).
    Ask = "ask",
    /// A private note of the house; never a message, never the buyer's.
    Note = "note",
    /// A close or a waiver was taken back at once, or a confirmed mark by a supervisor: it counts as never done.
    Reopen = "reopen",
    /// A supervisor confirmed that words are abuse: they owe no answer (R-DESK-12).
    Mark = "mark",
}

impl EntryKind {
    /// Whether it is a message: text, picture, card, voice, file (2.1).
    pub const fn is_message(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Image | Self::Card | Self::Voice | Self::File
        )
    }
}

/// A numbered entry that must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEntry {
    /// Its place in the thread, one more than the entry before.
    pub seq: i64,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// What it is.
    pub kind: EntryKind,
    /// Who caused it.
    pub sender: Sender,
    /// When; never before the entry in front of it.
    pub at: Stamp,
    /// `Assign`, `Transfer`: who holds it now (`None` = a line's queue).
    pub to: Option<PersonId>,
    /// `Transfer`, `Requeue`, `Close`: who held it until now.
    pub from: Option<PersonId>,
    /// `Recall`: which message; `Waive`: the first message of the turn; `Reopen`: which close or waiver; `Mark`: which
    /// message, 0 = all of the conversation before it. Else 0.
    pub of_seq: i64,
    /// `Requeue`: the agent gave it back by leaving (2.1, handed back).
    pub handed_back: bool,
}

/// The entries of one transition, in order, at most four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entries {
    list: [Option<NewEntry>; 4],
    len: usize,
}

impl Entries {
    const fn none() -> Self {
        Self {
            list: [None; 4],
            len: 0,
        }
    }
    fn push(&mut self, entry: NewEntry) {
        self.list[self.len] = Some(entry);
        self.len += 1;
    }
    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &NewEntry> {
        self.list.iter().flatten()
    }
    /// How many.
    pub const fn len(&self) -> usize {
        self.len
    }
    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The last one: the entry that was asked for.
    pub fn last(&self) -> Option<&NewEntry> {
        self.len.checked_sub(1).and_then(|i| self.list[i].as_ref())
    }
}

/// The new state, and what must be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The new state.
    pub live: Live,
    /// What must be written.
    pub entries: Entries,
}

/// What a message did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The new state.
    pub live: Live,
    /// What must be written, the message last.
    pub entries: Entries,
    /// The message opened a conversation.
    pub opened: bool,
    /// The conversation before it, which was overdue and is closed with this.
    pub closed_before: Option<ConversationId>,
    /// The conversation of the message.
    pub conversation: ConversationId,
    /// The message's sequence.
    pub seq: i64,
    /// The message's time.
    pub at: Stamp,
    /// It is a person's message that ended the wait which began then.
    pub answered_since: Option<Stamp>,
    /// It is a buyer's message that began a wait.
    pub began_wait: bool,
}

/// Where a conversation goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a person.
    Person(PersonId),
    /// To the queue of a line.
    Line(String),
}

/// Who closes a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closer {
    /// An agent, by their own act.
    Agent(PersonId),
    /// The time has run out.
    Idle,
}

/// Why something may not happen to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConversationError {
    /// None is open (or its time has run out).
    #[error("no conversation is open in this thread; it opens with the next message")]
    NotOpen,
    /// Somebody else holds it.
    #[error("the conversation is held by {0}; let them transfer it")]
    HeldByOther(PersonId),
    /// They hold it already.
    #[error("{0} holds the conversation already")]
    HeldAlready(PersonId),
    /// They do not hold it.
    #[error("{0} does not hold the conversation; take it first")]
    NotHolder(PersonId),
    /// Nobody holds it.
    #[error("nobody holds the conversation; it waits in the queue")]
    NotHeld,
    /// Nothing to waive.
    #[error("no buyer's message waits for an answer in this thread")]
    NothingOwed,
    /// The closing time has not come.
    #[error("the conversation is not over before {0}")]
    NotDue(Stamp),
    /// Not one of the message kinds.
    #[error("an entry of kind {} is no message; send text, image, card, voice or file", .0.as_str())]
    NotAMessage(EntryKind),
    /// There is no such entry.
    #[error("there is no entry {0} in this thread")]
    NoSuchEntry(i64),
    /// Neither note, invitation nor mark.
    #[error("an entry of kind {} is no remark; write a note, an invitation or a mark", .0.as_str())]
    NotARemark(EntryKind),
    /// It was not the last thing that happened, or somebody else did it.
    #[error("only the last act of this thread can be undone, by whoever did it, and at once")]
    NotUndone,
}

impl ConversationError {
    /// Stable code for problems on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOpen => "conversation_not_open",
            Self::HeldByOther(_) => "held_by_other",
            Self::HeldAlready(_) => "conversation_held_already",
            Self::NotHolder(_) => "conversation_not_holder",
            Self::NotHeld => "conversation_not_held",
            Self::NothingOwed => "nothing_owed",
            Self::NotDue(_) => "conversation_not_due",
            Self::NotAMessage(_) => "not_a_message",
            Self::NoSuchEntry(_) => "no_such_entry",
            Self::NotARemark(_) => "not_a_remark",
            Self::NotUndone => "undo_late",
        }
    }
}

impl Live {
    /// The open conversation at this time; one whose time has run out is none.
    pub fn open_at(&self, at: Stamp) -> Option<ConversationId> {
        match self.next_due {
            Some(due) if at >= due => None,
            _ => self.conversation,
        }
    }

    fn due(&self, policy: &ConversationPolicy) -> Stamp {
        let secs = if self.owed_since.is_some() {
            policy.owed_close_secs
        } else {
            policy.idle_close_secs
        };
        self.last_message_at.plus_secs(secs)
    }

    /// Numbers the next entry; the state's time moves with it.
    fn entry(
        &mut self,
        conversation: ConversationId,
        kind: EntryKind,
        sender: Sender,
        at: Stamp,
    ) -> NewEntry {
        self.last_seq += 1;
        self.last_at = self.last_at.max(at);
        NewEntry {
            seq: self.last_seq,
            conversation,
            kind,
            sender,
            at: self.last_at,
            to: None,
            from: None,
            of_seq: 0,
            handed_back: false,
        }
    }

    fn close_at(&mut self, conversation: ConversationId, sender: Sender, at: Stamp) -> NewEntry {
        let mut entry = self.entry(conversation, EntryKind::Close, sender, at);
        entry.from = self.holder;
        self.conversation = None;
        self.holder = None;
        self.holder_since = entry.at;
        self.line = None;
        self.owed_since = None;
        self.owed_seq = 0;
        self.queued_since = None;
        self.next_due = None;
        entry
    }

    fn give(&mut self, to: Option<PersonId>, at: Stamp) {
        self.holder = to;
        self.holder_since = at;
        // The place in the queue is that of the wait: nobody loses it by being passed on.
        self.queued_since = if to.is_some() {
            None
        } else {
            Some(self.owed_since.unwrap_or(at))
        };
    }

    fn must_be_open(&self, at: Stamp) -> Result<ConversationId, ConversationError> {
        self.open_at(self.last_at.max(at))
            .ok_or(ConversationError::NotOpen)
    }

    fn may_act(&self, by: PersonId) -> Result<(), ConversationError> {
        match self.holder {
            Some(holder) if holder != by => Err(ConversationError::NotHolder(by)),
            _ => Ok(()),
        }
    }
}

/// A message. Opens a conversation if none is open or the open one's time has run out. A buyer's message begins a wait if
/// none runs, a person's ends it; bot, auto, system and whatever `is_automatic` marks do neither (R-RESP-01): a person's text
/// that counts as automatic, and what a buyer writes while they are blocked (R-DESK-12).
pub fn receive(
    mut live: Live,
    from: Sender,
    kind: EntryKind,
    is_automatic: bool,
    at: Stamp,
    policy: &ConversationPolicy,
    new_conversation: ConversationId,
) -> Result<Received, ConversationError> {
    if !kind.is_message() {
        return Err(ConversationError::NotAMessage(kind));
    }
    let at = live.last_at.max(at);
    let open = live.open_at(at);
    if let (Some(_), Sender::Agent(person), Some(holder)) = (open, from, live.holder)
        && holder != person
    {
        return Err(ConversationError::HeldByOther(holder));
    }
    let mut entries = Entries::none();
    let mut closed_before = None;
    if open.is_none()
        && let (Some(old), Some(due)) = (live.conversation, live.next_due)
    {
        entries.push(live.close_at(old, Sender::System, due));
        closed_before = Some(old);
    }
    let opened = open.is_none();
    let conversation = open.unwrap_or(new_conversation);
    if opened {
        entries.push(live.entry(conversation, EntryKind::Open, Sender::System, at));
        live.conversation = Some(conversation);
        live.opened_at = at;
        live.holder_since = at;
    }
    if let (Sender::Agent(person), None) = (from, live.holder) {
        let mut entry = live.entry(conversation, EntryKind::Assign, from, at);
        entry.to = Some(person);
        entries.push(entry);
        live.give(Some(person), at);
    }
    let entry = live.entry(conversation, kind, from, at);
    entries.push(entry);
    // What a blocked buyer writes keeps nothing open that was (R-DESK-12).
    if opened || !(is_automatic && matches!(from, Sender::Buyer(_))) {
        live.last_message_at = at;
    }
    let mut answered_since = None;
    let mut began_wait = false;
    match from {
        Sender::Buyer(_) if !is_automatic => {
            if live.owed_since.is_none() {
                live.owed_since = Some(at);
                live.owed_seq = entry.seq;
                began_wait = true;
            }
            if live.holder.is_none() && live.queued_since.is_none() {
                live.queued_since = Some(at);
            }
        }
        Sender::Agent(person) if !is_automatic => {
            answered_since = live.owed_since.take();
            live.owed_seq = 0;
            live.last_agent = Some(person);
        }
        _ => {}
    }
    live.next_due = Some(live.due(policy));
    Ok(Received {
        live,
        entries,
        opened,
        closed_before,
        conversation,
        seq: entry.seq,
        at,
        answered_since,
        began_wait,
    })
}

/// Gives a waiting conversation to a person (`by` = who decided; the router is [`Sender::System`]).
pub fn assign(mut live: Live, to: PersonId, by: Sender, at: Stamp) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    match live.holder {
        Some(holder) if holder == to => return Err(ConversationError::HeldAlready(to)),
        Some(holder) => return Err(ConversationError::HeldByOther(holder)),
        None => {}
    }
    let mut entry = live.entry(conversation, EntryKind::Assign, by, at);
    entry.to = Some(to);
    live.give(Some(to), entry.at);
    Ok(one(live, entry))
}

/// The holder `from` passes the conversation on (R-DESK-10). A supervisor who takes it over acts with `by`.
pub fn transfer(
    mut live: Live,
    from: PersonId,
    to: Target,
    by: Sender,
    at: Stamp,
) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    match live.holder {
        None => return Err(ConversationError::NotHeld),
        Some(holder) if holder != from => return Err(ConversationError::NotHolder(from)),
        Some(_) => {}
    }
    if to == Target::Person(from) {
        return Err(ConversationError::HeldAlready(from));
    }
    let mut entry = live.entry(conversation, EntryKind::Transfer, by, at);
    entry.from = Some(from);
    match to {
        Target::Person(person) => {
            entry.to = Some(person);
            live.give(Some(person), entry.at);
        }
        Target::Line(line) => {
            live.line = Some(line);
            live.give(None, entry.at);
        }
    }
    Ok(one(live, entry))
}

/// A waiting conversation goes to the queue of another line; nobody holds it before or after, and its place in the queue stays
/// that of the wait (R-DESK-03).
pub fn redirect(mut live: Live, line: String, by: Sender, at: Stamp) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    if let Some(holder) = live.holder {
        return Err(ConversationError::HeldByOther(holder));
    }
    let entry = live.entry(conversation, EntryKind::Transfer, by, at);
    live.line = Some(line);
    Ok(one(live, entry))
}

/// Back to the queue. `handed_back`: the agent gave it back by leaving, which counts when an answer is owed (2.1).
pub fn requeue(mut live: Live, handed_back: bool, at: Stamp) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    let holder = live.holder.ok_or(ConversationError::NotHeld)?;
    let by = if handed_back {
        Sender::Agent(holder)
    } else {
        Sender::System
    };
    let mut entry = live.entry(conversation, EntryKind::Requeue, by, at);
    entry.from = Some(holder);
    entry.handed_back = handed_back;
    live.give(None, entry.at);
    Ok(one(live, entry))
}

/// Closes the conversation. By [`Closer::Idle`] its time is the moment it was due, however late the timer comes.
pub fn close(mut live: Live, by: Closer, at: Stamp) -> Result<Change, ConversationError> {
    let conversation = live.conversation.ok_or(ConversationError::NotOpen)?;
    let entry = match by {
        Closer::Agent(person) => {
            live.must_be_open(at)?;
            live.may_act(person)?;
            live.close_at(conversation, Sender::Agent(person), at)
        }
        Closer::Idle => match live.next_due {
            Some(due) if at >= due => live.close_at(conversation, Sender::System, due),
            due => return Err(ConversationError::NotDue(due.unwrap_or(at))),
        },
    };
    Ok(one(live, entry))
}

/// "Needs no answer": the wait ends without an answer (2.1, waived).
pub fn waive(
    mut live: Live,
    by: PersonId,
    at: Stamp,
    policy: &ConversationPolicy,
) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    live.may_act(by)?;
    if live.owed_since.is_none() {
        return Err(ConversationError::NothingOwed);
    }
    let mut entry = live.entry(conversation, EntryKind::Waive, Sender::Agent(by), at);
    entry.of_seq = live.owed_seq;
    live.owed_since = None;
    live.owed_seq = 0;
    if live.holder.is_none() {
        live.queued_since = None;
    }
    // A wait may have kept it open past the idle time: then it is over now, not in the past.
    live.next_due = Some(live.due(policy).max(entry.at));
    Ok(one(live, entry))
}

/// A message is taken back. `reopened_since`: time and sequence of the buyer's message that is owed an answer again,
/// because the recalled one was its only answer (2.1); the caller finds it with [`reopened`].
/// Also allowed when no conversation is open: then nothing is owed by it.
pub fn recall(
    mut live: Live,
    by: Sender,
    of_seq: i64,
    of_conversation: ConversationId,
    reopened_since: Option<(Stamp, i64)>,
    at: Stamp,
    policy: &ConversationPolicy,
) -> Result<Change, ConversationError> {
    if of_seq < 1 || of_seq > live.last_seq {
        return Err(ConversationError::NoSuchEntry(of_seq));
    }
    let at = live.last_at.max(at);
    let open = live.open_at(at);
    let mut entry = live.entry(of_conversation, EntryKind::Recall, by, at);
    entry.of_seq = of_seq;
    if let (Some(open), Some((since, seq))) = (open, reopened_since)
        && open == of_conversation
        && live
            .owed_since
            .is_none_or(|owed| (since, seq) < (owed, live.owed_seq))
    {
        live.owed_since = Some(since);
        live.owed_seq = seq;
        if live.holder.is_none() {
            live.queued_since = Some(since);
        }
        live.next_due = Some(live.due(policy));
    }
    Ok(one(live, entry))
}

/// Words are abuse, a supervisor says so (R-DESK-12): `of_seq` is the message, 0 = all that the buyer wrote in the conversation
/// so far. `left`: time and sequence of the buyer's message that is still owed an answer without them; the caller finds it
/// with [`reopened`]. Also allowed when that conversation is over; one whose time has run out is closed first.
pub fn mark(
    mut live: Live,
    by: PersonId,
    of_seq: i64,
    of_conversation: ConversationId,
    left: Option<(Stamp, i64)>,
    at: Stamp,
    policy: &ConversationPolicy,
) -> Result<Change, ConversationError> {
    if of_seq < 0 || of_seq > live.last_seq {
        return Err(ConversationError::NoSuchEntry(of_seq));
    }
    let at = live.last_at.max(at);
    let mut entries = Entries::none();
    if let (None, Some(over), Some(due)) = (live.open_at(at), live.conversation, live.next_due) {
        entries.push(live.close_at(over, Sender::System, due));
    }
    let mut entry = live.entry(of_conversation, EntryKind::Mark, Sender::Agent(by), at);
    entry.of_seq = of_seq;
    entries.push(entry);
    if live.conversation == Some(of_conversation) && live.owed_since.is_some() {
        live.owed_since = left.map(|(since, _)| since);
        live.owed_seq = left.map_or(0, |(_, seq)| seq);
        if live.holder.is_none() {
            live.queued_since = live.owed_since;
        }
        live.next_due = Some(live.due(policy).max(entry.at));
    }
    Ok(Change { live, entries })
}

/// A supervisor takes a confirmed mark back (R-DESK-12): `of_seq` is its entry. `owed`: time and sequence of the buyer's message that is
/// owed an answer with the words counted again; the caller finds it with [`reopened`]. Also allowed when that conversation is over: then
/// nothing is owed by it.
pub fn unmark(
    mut live: Live,
    by: PersonId,
    of_seq: i64,
    of_conversation: ConversationId,
    owed: Option<(Stamp, i64)>,
    at: Stamp,
    policy: &ConversationPolicy,
) -> Result<Change, ConversationError> {
    if of_seq < 1 || of_seq > live.last_seq {
        return Err(ConversationError::NoSuchEntry(of_seq));
    }
    let at = live.last_at.max(at);
    let mut entries = Entries::none();
    if let (None, Some(over), Some(due)) = (live.open_at(at), live.conversation, live.next_due) {
        entries.push(live.close_at(over, Sender::System, due));
    }
    let mut entry = live.entry(of_conversation, EntryKind::Reopen, Sender::Agent(by), at);
    entry.of_seq = of_seq;
    entries.push(entry);
    if live.conversation == Some(of_conversation)
        && let Some((since, seq)) = owed
    {
        live.owed_since = Some(since);
        live.owed_seq = seq;
        if live.holder.is_none() {
            live.queued_since = Some(since);
        }
        live.next_due = Some(live.due(policy).max(entry.at));
    }
    Ok(Change { live, entries })
}

/// The house does not listen to the buyer any more (R-DESK-12): what is owed is waived, and what is open is closed, by
/// whoever decided it, whoever holds it.
pub fn shut(mut live: Live, by: PersonId, at: Stamp) -> Result<Change, ConversationError> {
    let conversation = live.must_be_open(at)?;
    let by = Sender::Agent(by);
    let mut entries = Entries::none();
    if live.owed_since.is_some() {
        let mut entry = live.entry(conversation, EntryKind::Waive, by, at);
        entry.of_seq = live.owed_seq;
        entries.push(entry);
    }
    entries.push(live.close_at(conversation, by, at));
    Ok(Change { live, entries })
}

/// A note, an invitation to give a mark, or the mark: it stands in the thread and changes nothing that is owed, held or
/// due (R-RESP-01, 2.1). `conversation`: the one it is about, which may be closed. A conversation whose time has run out
/// is closed first, so that the remark does not make it look alive.
pub fn remark(
    mut live: Live,
    kind: EntryKind,
    by: Sender,
    conversation: ConversationId,
    at: Stamp,
) -> Result<Change, ConversationError> {
    if !matches!(kind, EntryKind::Note | EntryKind::Ask | EntryKind::Rating) {
        return Err(ConversationError::NotARemark(kind));
    }
    let at = live.last_at.max(at);
    let mut entries = Entries::none();
    if let (None, Some(over), Some(due)) = (live.open_at(at), live.conversation, live.next_due) {
        entries.push(live.close_at(over, Sender::System, due));
    }
    entries.push(live.entry(conversation, kind, by, at));
    Ok(Change { live, entries })
}

/// What [`reopen`] must know of the close or waiver that is undone: the thread's last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Its sequence.
    pub seq: i64,
    /// `Close` or `Waive`.
    pub kind: EntryKind,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who did it.
    pub by: PersonId,
    /// `Close`: who held it until then.
    pub holder: Option<PersonId>,
    /// `Close`: its line.
    pub line: Option<String>,
    /// Time and sequence of the buyer's message that is owed an answer again ([`reopened`] over the rest).
    pub owed: Option<(Stamp, i64)>,
}

/// Takes a close or a waiver back, at once and by whoever did it, while nothing came after it: it counts as never done.
/// The caller checks how long ago it was (policy `conversation.undo_secs`).
pub fn reopen(
    mut live: Live,
    undone: &Undone,
    by: PersonId,
    at: Stamp,
    policy: &ConversationPolicy,
) -> Result<Change, ConversationError> {
    let is_act = matches!(undone.kind, EntryKind::Close | EntryKind::Waive);
    if !is_act || undone.seq != live.last_seq || undone.by != by {
        return Err(ConversationError::NotUndone);
    }
    let at = live.last_at.max(at);
    match (undone.kind, live.conversation) {
        (EntryKind::Close, None) => {
            live.conversation = Some(undone.conversation);
            live.line.clone_from(&undone.line);
            live.give(undone.holder, at);
        }
        (EntryKind::Waive, Some(open)) if open == undone.conversation => {}
        _ => return Err(ConversationError::NotUndone),
    }
    let mut entry = live.entry(undone.conversation, EntryKind::Reopen, Sender::Agent(by), at);
    entry.to = live.holder;
    entry.of_seq = undone.seq;
    if let Some((since, seq)) = undone.owed {
        live.owed_since = Some(since);
        live.owed_seq = seq;
        if live.holder.is_none() {
            live.queued_since = Some(since);
        }
    }
    // What had been over meanwhile is over now, not in the past.
    live.next_due = Some(live.due(policy).max(entry.at));
    Ok(one(live, entry))
}

fn one(live: Live, entry: NewEntry) -> Change {
    let mut entries = Entries::none();
    entries.push(entry);
    Change { live, entries }
}

/// What [`reopened`] must know of an entry of the open conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// A buyer's message.
    Buyer,
    /// A person's message, not recalled.
    Person,
    /// The turn was waived.
    Waive,
    /// Anything else, recalled messages included.
    Other,
}

/// Which buyer's message is owed an answer once the person's message `recalled` is taken as never sent: the first one
/// after the last answer or waiver that remains. `entries`: (sequence, time, what), of the open conversation, in order.
pub fn reopened(
    entries: impl IntoIterator<Item = (i64, Stamp, Past)>,
    recalled: i64,
) -> Option<(Stamp, i64)> {
    let mut owed = None;
    for (seq, at, past) in entries {
        match past {
            Past::Buyer => owed = owed.or(Some((at, seq))),
            Past::Person if seq != recalled => owed = None,
            Past::Waive => owed = None,
            Past::Person | Past::Other => {}
        }
    }
    owed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    fn id(n: u8) -> uuid_like::Bytes {
        uuid_like::Bytes(n)
    }
    /// Ids for tests, made of one number.
    mod uuid_like {
        pub(super) struct Bytes(pub(super) u8);
        impl Bytes {
            pub(super) fn text(&self) -> String {
                format!("00000000-0000-7000-8000-0000000000{:02x}", self.0)
            }
        }
    }
    fn person(n: u8) -> PersonId {
        id(n).text().parse().unwrap()
    }
    fn buyer() -> Sender {
        Sender::Buyer(id(200).text().parse().unwrap())
    }
    fn conv(n: u8) -> ConversationId {
        id(n).text().parse().unwrap()
    }
    fn policy() -> ConversationPolicy {
        Policy::default().conversation
    }
    fn t(secs: i64) -> Stamp {
        Stamp::from_secs(secs)
    }
    fn say(live: Live, from: Sender, secs: i64, n: u8) -> Received {
        receive(live, from, EntryKind::Text, false, t(secs), &policy(), conv(n)).unwrap()
    }
    fn kinds(entries: &Entries) -> Vec<&'static str> {
        entries.iter().map(|e| e.kind.as_str()).collect()
    }

    #[test]
    fn kinds_have_names_and_five_are_messages() {
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(EntryKind::parse("whisper"), None);
        assert_eq!(EntryKind::ALL.iter().filter(|k| k.is_message()).count(), 5);
        assert_eq!(EntryKind::ALL.len(), 17);
    }

    #[test]
    fn a_buyers_message_opens_waits_and_queues_resp_01() {
        let r = say(Live::default(), buyer(), 100, 1);
        assert_eq!(kinds(&r.entries), ["open", "text"]);
        assert_eq!((r.opened, r.began_wait, r.seq), (true, true, 2));
        assert_eq!(
            (r.live.owed_since, r.live.owed_seq, r.live.queued_since),
            (Some(t(100)), 2, Some(t(100)))
        );
        assert_eq!(r.live.next_due, Some(t(100 + policy().owed_close_secs)));
        let again = say(r.live, buyer(), 110, 2);
        assert_eq!(
            (again.opened, again.began_wait, again.live.owed_since),
            (false, false, Some(t(100)))
        );
    }

    #[test]
    fn only_a_persons_message_ends_the_wait_resp_01() {
        let live = assign(
            say(Live::default(), buyer(), 100, 1).live,
            person(1),
            Sender::System,
            t(101),
        )
        .unwrap()
        .live;
        for from in [Sender::Bot, Sender::Auto, Sender::System] {
            assert_eq!(say(live.clone(), from, 105, 2).live.owed_since, Some(t(100)));
        }
        let auto = receive(
            live.clone(),
            Sender::Agent(person(1)),
            EntryKind::Text,
            true,
            t(105),
            &policy(),
            conv(2),
        );
        assert_eq!(auto.unwrap().live.owed_since, Some(t(100)));
        let answer = say(live, Sender::Agent(person(1)), 109, 2);
        assert_eq!(
            (answer.answered_since, answer.live.owed_since),
            (Some(t(100)), None)
        );
        assert_eq!(answer.live.last_agent, Some(person(1)));
        assert_eq!(answer.live.next_due, Some(t(109 + policy().idle_close_secs)));
    }

    #[test]
    fn an_agents_message_takes_what_nobody_holds_and_never_what_another_holds() {
        let queued = say(Live::default(), buyer(), 100, 1).live;
        let taken = say(queued, Sender::Agent(person(1)), 120, 2);
        assert_eq!(kinds(&taken.entries), ["assign", "text"]);
        assert_eq!(
            (taken.live.holder, taken.live.queued_since),
            (Some(person(1)), None)
        );
        let other = receive(
            taken.live,
            Sender::Agent(person(2)),
            EntryKind::Text,
            false,
            t(121),
            &policy(),
            conv(2),
        )
        .unwrap_err();
        assert_eq!(other, ConversationError::HeldByOther(person(1)));
        assert_eq!(
            kinds(&say(Live::default(), Sender::Agent(person(1)), 1, 1).entries),
            ["open", "assign", "text"]
        );
    }

    #[test]
    fn thirty_idle_minutes_close_and_a_day_when_owed_resp_2_1() {
        let p = policy();
        let owed = say(Live::default(), buyer(), 0, 1).live;
        assert!(!say(owed.clone(), buyer(), p.owed_close_secs - 1, 2).opened);
        let late = say(owed.clone(), buyer(), p.owed_close_secs, 2);
        assert_eq!((late.opened, late.closed_before), (true, Some(conv(1))));
        assert_eq!(kinds(&late.entries), ["close", "open", "text"]);
        let answered = say(owed, Sender::Agent(person(1)), 10, 1).live;
        assert!(!say(answered.clone(), buyer(), 10 + p.idle_close_secs - 1, 2).opened);
        let next = say(answered.clone(), buyer(), 10 + p.idle_close_secs + 500, 2);
        let close = *next.entries.iter().next().unwrap();
        assert_eq!(
            (close.at, close.conversation, close.from),
            (t(10 + p.idle_close_secs), conv(1), Some(person(1)))
        );
        assert_eq!((next.live.holder, next.live.last_agent), (None, Some(person(1))));
        // the timer, late
        assert_eq!(
            close_err(&answered, 10 + p.idle_close_secs - 1),
            ConversationError::NotDue(t(10 + p.idle_close_secs))
        );
        let timed = super::close(answered, Closer::Idle, t(99_999)).unwrap();
        assert_eq!(timed.entries.last().unwrap().at, t(10 + p.idle_close_secs));
        assert_eq!(timed.live.conversation, None);
    }
    fn close_err(live: &Live, secs: i64) -> ConversationError {
        super::close(live.clone(), Closer::Idle, t(secs)).unwrap_err()
    }

    #[test]
    fn guards_say_who_may() {
        let queued = say(Live::default(), buyer(), 0, 1).live;
        let held = assign(queued.clone(), person(1), Sender::System, t(1))
            .unwrap()
            .live;
        let to = || Target::Person(person(2));
        let by = Sender::Agent(person(1));
        assert_eq!(
            assign(Live::default(), person(1), Sender::System, t(1)),
            Err(ConversationError::NotOpen)
        );
        assert_eq!(
            assign(held.clone(), person(1), by, t(2)),
            Err(ConversationError::HeldAlready(person(1)))
        );
        assert_eq!(
            assign(held.clone(), person(2), by, t(2)),
            Err(ConversationError::HeldByOther(person(1)))
        );
        assert_eq!(
            transfer(queued.clone(), person(1), to(), by, t(2)),
            Err(ConversationError::NotHeld)
        );
        assert_eq!(
            transfer(held.clone(), person(3), to(), by, t(2)),
            Err(ConversationError::NotHolder(person(3)))
        );
        assert_eq!(requeue(queued, true, t(2)), Err(ConversationError::NotHeld));
        assert_eq!(
            waive(held.clone(), person(2), t(2), &policy()),
            Err(ConversationError::NotHolder(person(2)))
        );
        assert_eq!(
            close(held.clone(), Closer::Agent(person(2)), t(2)),
            Err(ConversationError::NotHolder(person(2)))
        );
        let over = t(policy().owed_close_secs);
        assert_eq!(
            transfer(held.clone(), person(1), to(), by, over),
            Err(ConversationError::NotOpen)
        );
        let answered = say(held, by, 3, 1).live;
        assert_eq!(
            waive(answered.clone(), person(1), t(4), &policy()),
            Err(ConversationError::NothingOwed)
        );
        assert_eq!(
            recall(answered.clone(), by, 99, conv(1), None, t(4), &policy()),
            Err(ConversationError::NoSuchEntry(99))
        );
        let no = receive(answered, by, EntryKind::Rating, false, t(4), &policy(), conv(1));
        assert_eq!(no, Err(ConversationError::NotAMessage(EntryKind::Rating)));
    }

    #[test]
    fn whoever_is_passed_on_keeps_their_place_desk_10() {
        let held = assign(
            say(Live::default(), buyer(), 0, 1).live,
            person(1),
            Sender::System,
            t(1),
        )
        .unwrap()
        .live;
        let by = Sender::Agent(person(1));
        let moved = transfer(
            held.clone(),
            person(1),
            Target::Line("after_sales".to_owned()),
            by,
            t(60),
        )
        .unwrap()
        .live;
        assert_eq!(
            (moved.holder, moved.queued_since, moved.line.as_deref()),
            (None, Some(t(0)), Some("after_sales"))
        );
        let back = requeue(held, true, t(60)).unwrap();
        assert_eq!(back.live.queued_since, Some(t(0)));
        assert!(back.entries.last().unwrap().handed_back);
    }

    #[test]
    fn a_waived_turn_owes_nothing_and_a_recalled_answer_owes_again_resp_2_1() {
        let held = assign(
            say(Live::default(), buyer(), 0, 1).live,
            person(1),
            Sender::System,
            t(1),
        )
        .unwrap()
        .live;
        let waived = waive(held.clone(), person(1), t(5), &policy()).unwrap();
        assert_eq!(
            (waived.live.owed_since, waived.entries.last().unwrap().of_seq),
            (None, 2)
        );
        assert_eq!(waived.live.next_due, Some(t(policy().idle_close_secs)));
        let answered = say(held, Sender::Agent(person(1)), 9, 1);
        let past = [(2, t(0), Past::Buyer), (4, t(9), Past::Person)];
        let again = reopened(past, answered.seq);
        assert_eq!(again, Some((t(0), 2)));
        let live = recall(
            answered.live,
            Sender::Agent(person(1)),
            4,
            conv(1),
            again,
            t(20),
            &policy(),
        )
        .unwrap()
        .live;
        assert_eq!((live.owed_since, live.owed_seq), (Some(t(0)), 2));
        assert_eq!(live.next_due, Some(t(9 + policy().owed_close_secs)));
        // a second answer stands
        assert_eq!(
            reopened(
                [
                    (2, t(0), Past::Buyer),
                    (4, t(9), Past::Person),
                    (5, t(9), Past::Person)
                ],
                4
            ),
            None
        );
    }

    #[test]
    fn time_never_goes_backward_inside_a_thread() {
        let first = say(Live::default(), buyer(), 100, 1).live;
        let second = say(first, buyer(), 50, 1);
        assert_eq!(second.at, t(100));
    }

    #[derive(Debug, Clone)]
    enum Do {
        Say(u8, bool),
        Assign(u8),
        Transfer(u8, u8),
        Line(u8),
        Redirect,
        Requeue(bool),
        CloseBy(u8),
        CloseIdle,
        Waive(u8),
        RecallLast,
        Undo(u8),
        Remark(EntryKind),
        Mark(bool),
        Shut(u8),
    }

    fn doing() -> impl Strategy<Value = (Do, i64)> {
        let what = prop_oneof![
            6 => (0u8..6, any::<bool>()).prop_map(|(who, auto)| Do::Say(who, auto)),
            2 => (1u8..3).prop_map(Do::Assign),
            1 => (1u8..3, 1u8..3).prop_map(|(a, b)| Do::Transfer(a, b)),
            1 => (1u8..3).prop_map(Do::Line),
            1 => any::<bool>().prop_map(Do::Requeue),
            1 => (1u8..3).prop_map(Do::CloseBy),
            1 => Just(Do::CloseIdle),
            1 => (1u8..3).prop_map(Do::Waive),
            1 => Just(Do::RecallLast),
            2 => (1u8..3).prop_map(Do::Undo),
            1 => Just(Do::Redirect),
            1 => prop_oneof![Just(EntryKind::Note), Just(EntryKind::Ask), Just(EntryKind::Rating)].prop_map(Do::Remark),
            1 => any::<bool>().prop_map(Do::Mark),
            1 => (1u8..3).prop_map(Do::Shut),
        ];
        (
            what,
            prop_oneof![Just(0i64), -5..600i64, 1_700..1_900i64, 86_000..87_000i64],
        )
    }

    /// The entries as written, judged anew: the row must agree with its own history.
    fn owed_by_history(log: &[(NewEntry, bool)], open: ConversationId) -> Option<i64> {
        let recalled: Vec<i64> = log
            .iter()
            .filter(|(e, _)| e.kind == EntryKind::Recall)
            .map(|(e, _)| e.of_seq)
            .collect();
        let undone = undone_by(log);
        let mut owed = None;
        for (entry, auto) in log.iter().filter(|(e, _)| e.conversation == open) {
            match (entry.kind, entry.sender) {
                (kind, Sender::Buyer(_)) if kind.is_message() && !auto && !is_marked(log, entry) => {
                    owed = owed.or(Some(entry.seq))
                }
                (kind, Sender::Agent(_)) if kind.is_message() && !auto && !recalled.contains(&entry.seq) => {
                    owed = None
                }
                (EntryKind::Waive, _) if !undone.contains(&entry.seq) => owed = None,
                _ => {}
            }
        }
        owed
    }

    /// Whether words were confirmed to be abuse.
    fn is_marked(log: &[(NewEntry, bool)], entry: &NewEntry) -> bool {
        let of = log.iter().map(|(e, _)| e).filter(|e| e.kind == EntryKind::Mark);
        of.filter(|e| e.conversation == entry.conversation)
            .any(|e| e.of_seq == entry.seq || (e.of_seq == 0 && entry.seq < e.seq))
    }

    /// Closes and waivers that were taken back.
    fn undone_by(log: &[(NewEntry, bool)]) -> Vec<i64> {
        log.iter()
            .filter(|(e, _)| e.kind == EntryKind::Reopen)
            .map(|(e, _)| e.of_seq)
            .collect()
    }

    /// What the question who is owed an answer sees of a history.
    fn past(log: &[(NewEntry, bool)], of: ConversationId, without: i64) -> Vec<(i64, Stamp, Past)> {
        let recalled: Vec<i64> = log
            .iter()
            .filter(|(e, _)| e.kind == EntryKind::Recall)
            .map(|(e, _)| e.of_seq)
            .collect();
        let undone = undone_by(log);
        log.iter()
            .filter(|(e, _)| e.conversation == of && e.seq != without)
            .map(|(e, a)| {
                let past = match (e.kind, e.sender) {
                    (EntryKind::Waive, _) if !undone.contains(&e.seq) => Past::Waive,
                    (k, Sender::Buyer(_)) if k.is_message() && !a && !is_marked(log, e) => Past::Buyer,
                    (k, Sender::Agent(_)) if k.is_message() && !a && !recalled.contains(&e.seq) => {
                        Past::Person
                    }
                    _ => Past::Other,
                };
                (e.seq, e.at, past)
            })
            .collect()
    }

    #[test]
    fn resp_2_1_a_recall_reopens_the_first_of_two_questions_of_one_instant() {
        let p = policy();
        let asked = receive(
            Live::default(),
            buyer(),
            EntryKind::Text,
            false,
            t(5),
            &p,
            conv(1),
        )
        .unwrap();
        let answered = receive(
            asked.live.clone(),
            Sender::Agent(person(1)),
            EntryKind::Text,
            false,
            t(5),
            &p,
            conv(2),
        )
        .unwrap();
        let again = receive(answered.live, buyer(), EntryKind::Text, false, t(5), &p, conv(3)).unwrap();
        let first = Some((t(5), asked.seq));
        let done = recall(
            again.live,
            Sender::Agent(person(1)),
            answered.seq,
            conv(1),
            first,
            t(5),
            &p,
        )
        .unwrap();
        assert_eq!(done.live.owed_seq, asked.seq);
    }

    #[test]
    fn a_remark_changes_nothing_and_closes_what_is_over_resp_2_1() {
        let p = policy();
        let live = say(Live::default(), buyer(), 100, 1).live;
        for kind in [EntryKind::Note, EntryKind::Ask, EntryKind::Rating] {
            let done = remark(live.clone(), kind, Sender::Agent(person(1)), conv(1), t(150)).unwrap();
            assert_eq!(kinds(&done.entries), [kind.as_str()]);
            let same = Live {
                last_seq: 3,
                last_at: t(150),
                ..live.clone()
            };
            assert_eq!(done.live, same);
            assert!(!kind.is_message());
        }
        let due = 100 + p.owed_close_secs;
        let late = remark(
            live.clone(),
            EntryKind::Note,
            Sender::Agent(person(1)),
            conv(1),
            t(due + 50),
        )
        .unwrap();
        assert_eq!(kinds(&late.entries), ["close", "note"]);
        assert_eq!(late.entries.iter().next().unwrap().at, t(due));
        assert_eq!(
            remark(live, EntryKind::Text, buyer(), conv(1), t(150)).unwrap_err(),
            ConversationError::NotARemark(EntryKind::Text)
        );
    }

    #[test]
    fn r_desk_12_a_mark_ends_the_wait_of_its_words_only() {
        let p = policy();
        let rude = say(Live::default(), buyer(), 100, 1);
        let asked = say(rude.live.clone(), buyer(), 130, 1);
        let left = Some((t(130), asked.seq));
        let marked = mark(asked.live.clone(), person(2), rude.seq, conv(1), left, t(140), &p).unwrap();
        assert_eq!(kinds(&marked.entries), ["mark"]);
        assert_eq!(marked.entries.last().unwrap().of_seq, rude.seq);
        assert_eq!(
            (marked.live.owed_since, marked.live.owed_seq),
            (Some(t(130)), asked.seq)
        );
        assert_eq!(
            marked.live.queued_since,
            Some(t(130)),
            "the place of the question"
        );
        let all = mark(asked.live.clone(), person(2), 0, conv(1), None, t(140), &p).unwrap();
        assert_eq!((all.live.owed_since, all.live.queued_since), (None, None));
        assert_eq!(all.live.conversation, Some(conv(1)), "it stays open");
        assert_eq!(
            mark(asked.live, person(2), 99, conv(1), None, t(140), &p).unwrap_err(),
            ConversationError::NoSuchEntry(99)
        );
    }

    #[test]
    fn r_desk_12_what_a_blocked_buyer_writes_owes_nothing() {
        let p = policy();
        let first = receive(
            Live::default(),
            buyer(),
            EntryKind::Text,
            true,
            t(100),
            &p,
            conv(1),
        )
        .unwrap();
        assert_eq!((first.live.owed_since, first.live.queued_since), (None, None));
        assert!(first.opened && !first.began_wait, "stored, and nothing else");
        // Words after the block was lifted are waited for, in the same conversation.
        let again = say(first.live, buyer(), 200, 2);
        assert!(again.began_wait && !again.opened);
        // A block ends what was open, with an answer owed or without.
        let shut_now = shut(again.live.clone(), person(2), t(210)).unwrap();
        assert_eq!(kinds(&shut_now.entries), ["waive", "close"]);
        assert_eq!(shut_now.live.conversation, None);
        assert_eq!(
            shut(shut_now.live, person(2), t(220)).unwrap_err(),
            ConversationError::NotOpen
        );
    }

    #[test]
    fn a_close_and_a_waiver_are_undone_as_if_never_done() {
        let p = policy();
        let asked = say(Live::default(), buyer(), 100, 1).live;
        let held = assign(asked, person(1), Sender::System, t(101)).unwrap().live;
        let undo = |done: &Change, kind| Undone {
            seq: done.live.last_seq,
            kind,
            conversation: conv(1),
            by: person(1),
            holder: Some(person(1)),
            line: held.line.clone(),
            owed: Some((t(100), 2)),
        };
        let closed = close(held.clone(), Closer::Agent(person(1)), t(110)).unwrap();
        let waived = waive(held.clone(), person(1), t(110), &p).unwrap();
        for (done, kind) in [(closed, EntryKind::Close), (waived, EntryKind::Waive)] {
            let undone = undo(&done, kind);
            let back = reopen(done.live.clone(), &undone, person(1), t(115), &p).unwrap();
            assert_eq!(kinds(&back.entries), ["reopen"]);
            let now = &back.live;
            assert_eq!((now.conversation, now.holder), (Some(conv(1)), Some(person(1))));
            assert_eq!((now.owed_since, now.owed_seq), (Some(t(100)), 2));
            assert_eq!(now.next_due, held.next_due);
            // Not by somebody else, and not once something came after it.
            let other = reopen(done.live.clone(), &undone, person(2), t(115), &p);
            assert_eq!(other.unwrap_err().code(), "undo_late");
            let later = say(done.live, buyer(), 112, 2).live;
            assert_eq!(
                reopen(later, &undone, person(1), t(115), &p).unwrap_err(),
                ConversationError::NotUndone
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn any_history_keeps_the_row_true(steps in proptest::collection::vec(doing(), 1..60)) {
            let p = policy();
            let mut live = Live::default();
            let mut now = 1_000;
            let mut next_conversation = 1u8;
            let mut log: Vec<(NewEntry, bool)> = Vec::new();
            for (what, gap) in steps {
                now += gap;
                let at = t(now);
                let mut auto_flag = false;
                let done = match what.clone() {
                    Do::Say(who, auto) => {
                        let from = match who {
                            0 | 1 => buyer(),
                            2 => Sender::Agent(person(1)),
                            3 => Sender::Agent(person(2)),
                            4 => Sender::Bot,
                            _ => Sender::Auto,
                        };
                        // A buyer's: written while they were blocked.
                        auto_flag = auto && matches!(from, Sender::Agent(_) | Sender::Buyer(_));
                        next_conversation = next_conversation.wrapping_add(1);
                        receive(live.clone(), from, EntryKind::Text, auto_flag, at, &p, conv(next_conversation))
                            .map(|r| (r.live, r.entries))
                    }
                    Do::Assign(n) => assign(live.clone(), person(n), Sender::System, at).map(|c| (c.live, c.entries)),
                    Do::Transfer(a, b) => transfer(live.clone(), person(a), Target::Person(person(b)), Sender::Agent(person(a)), at)
                        .map(|c| (c.live, c.entries)),
                    Do::Line(a) => transfer(live.clone(), person(a), Target::Line("x".to_owned()), Sender::Agent(person(a)), at)
                        .map(|c| (c.live, c.entries)),
                    Do::Redirect => redirect(live.clone(), "y".to_owned(), Sender::Agent(person(1)), at)
                        .map(|c| (c.live, c.entries)),
                    Do::Requeue(handed) => requeue(live.clone(), handed, at).map(|c| (c.live, c.entries)),
                    Do::CloseBy(n) => close(live.clone(), Closer::Agent(person(n)), at).map(|c| (c.live, c.entries)),
                    Do::CloseIdle => close(live.clone(), Closer::Idle, at).map(|c| (c.live, c.entries)),
                    Do::Waive(n) => waive(live.clone(), person(n), at, &p).map(|c| (c.live, c.entries)),
                    Do::Undo(n) => match log.last() {
                        Some((last, _)) => {
                            let by = match last.sender { Sender::Agent(by) => by, _ => continue };
                            let undone = Undone {
                                seq: last.seq,
                                kind: last.kind,
                                conversation: last.conversation,
                                by,
                                holder: last.from,
                                line: None,
                                owed: reopened(past(&log, last.conversation, last.seq), 0),
                            };
                            reopen(live.clone(), &undone, person(n), at, &p).map(|c| (c.live, c.entries))
                        }
                        None => continue,
                    },
                    Do::Mark(whole) => match log.iter().rev().find(|(e, _)| {
                        e.kind.is_message() && matches!(e.sender, Sender::Buyer(_))
                    }) {
                        Some((of, _)) => {
                            let of_seq = if whole { 0 } else { of.seq };
                            let mut with = log.clone();
                            let mut mark_entry = *of;
                            (mark_entry.kind, mark_entry.seq, mark_entry.of_seq) = (EntryKind::Mark, live.last_seq + 1, of_seq);
                            with.push((mark_entry, false));
                            let left = reopened(past(&with, of.conversation, 0), 0);
                            mark(live.clone(), person(2), of_seq, of.conversation, left, at, &p).map(|c| (c.live, c.entries))
                        }
                        None => continue,
                    },
                    Do::Shut(n) => shut(live.clone(), person(n), at).map(|c| (c.live, c.entries)),
                    Do::Remark(kind) => match log.iter().rev().find(|(e, _)| e.kind != EntryKind::Recall) {
                        Some((e, _)) => {
                            let by = if kind == EntryKind::Rating { buyer() } else { Sender::Agent(person(2)) };
                            remark(live.clone(), kind, by, e.conversation, at).map(|c| (c.live, c.entries))
                        }
                        None => continue,
                    },
                    Do::RecallLast => match log.iter().rev().find(|(e, a)| {
                        e.kind.is_message() && !a && matches!(e.sender, Sender::Agent(_))
                            && Some(e.conversation) == live.open_at(live.last_at.max(at))
                    }) {
                        None => continue,
                        Some((target, _)) => {
                            let seq = target.seq;
                            let of = target.conversation;
                            let past = past(&log, of, 0);
                            let again = reopened(past, seq);
                            recall(live.clone(), Sender::Agent(person(1)), seq, of, again, at, &p).map(|c| (c.live, c.entries))
                        }
                    },
                };
                let Ok((next, entries)) = done else { continue };
                if let Do::Remark(_) = what {
                    let closed = entries.iter().any(|e| e.kind == EntryKind::Close);
                    if !closed {
                        let same = Live { last_seq: next.last_seq, last_at: next.last_at, ..live.clone() };
                        prop_assert_eq!(&next, &same, "a remark changes nothing");
                    }
                }
                for entry in entries.iter() {
                    if let Some((before, _)) = log.last() {
                        prop_assert_eq!(entry.seq, before.seq + 1);
                        prop_assert!(entry.at >= before.at);
                    } else {
                        prop_assert_eq!(entry.seq, 1);
                    }
                    log.push((*entry, auto_flag && entry.kind.is_message()));
                }
                live = next;
                prop_assert_eq!(live.last_seq, log.len() as i64);
                // at most one open: an open needs the one before closed
                let mut open: Option<ConversationId> = None;
                for (entry, _) in &log {
                    match entry.kind {
                        EntryKind::Open => { prop_assert!(open.is_none()); open = Some(entry.conversation); }
                        EntryKind::Close => { prop_assert_eq!(open, Some(entry.conversation)); open = None; }
                        EntryKind::Recall | EntryKind::Note | EntryKind::Ask | EntryKind::Rating | EntryKind::Mark => {}
                        EntryKind::Reopen => {
                            prop_assert!(open.is_none_or(|open| open == entry.conversation));
                            open = Some(entry.conversation);
                        }
                        _ => prop_assert_eq!(open, Some(entry.conversation)),
                    }
                }
                prop_assert_eq!(open, live.conversation);
                let owed = open.and_then(|open| owed_by_history(&log, open));
                prop_assert_eq!(owed.unwrap_or(0), live.owed_seq, "after {:?}", what);
                prop_assert_eq!(owed.is_some(), live.owed_since.is_some());
                prop_assert_eq!(live.next_due.is_some(), open.is_some());
                // The clock, from the entries alone, sees the same wait and the same holder.
                if let Some(open) = open {
                    use crate::clock::{AgentNo, Conversation, Fact, Source, derive};
                    let number = |person: PersonId| AgentNo(u32::from(person.bytes()[15]));
                    let own = log.iter().filter(|(e, _)| e.conversation == open);
                    let facts: Vec<Fact> = own.map(|(e, auto)| Fact::of_entry(e, *auto, 1, number)).collect();
                    let derived = derive(&Conversation { facts: &facts, source: Source::Live }, &p, live.last_at);
                    let turn = derived.turns.last().filter(|turn| turn.is_open());
                    let due = live.next_due.is_some_and(|due| due <= live.last_at);
                    if !due {
                        prop_assert_eq!(turn.map(|turn| turn.began), live.owed_since);
                        prop_assert_eq!(turn.map_or(0, |turn| turn.first_seq), live.owed_seq);
                        if let Some(turn) = turn {
                            prop_assert_eq!(turn.last_holder, live.holder.map(number));
                        }
                    }
                }
                if live.holder.is_some() || open.is_none() {
                    prop_assert!(live.queued_since.is_none());
                } else if live.owed_since.is_some() {
                    prop_assert!(live.queued_since.is_some(), "a buyer who waits with nobody is in the queue");
                }
            }
        }
    }
}
