//! Who is told what. One task follows the commits in their order and hands every connection its frames; it waits for nobody.
//!
//! A connection has a bounded queue. When it is full, the connection is closed (`too_slow`) and resumes: nothing is dropped in
//! silence. Only typing signs may be dropped. Order within a thread is the connection's own business ([`super::session`]): it
//! knows what it has sent, and reads the store when something is missing.

use crate::conversation::view::{self, Audience, Sign};
use crate::gauge::Counts;
use crate::notice::view as notice_view;
use crate::ws::protocol::{BuyerPage, PersonRef, PresenceRow, ServerFrame};
use axum::extract::ws::Utf8Bytes;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use yingke_app::abuse::MarkRow as Mark;
use yingke_app::bargain::ApprovalRow as Request;
use yingke_app::call::CallRow as Call;
use yingke_app::conversation::{MentionRow, RowMarks, is_mentioned, queue_estimate, row_marks, to_be_rated};
use yingke_app::incident::Incident;
use yingke_app::notice::{NoticeRow as Notice, is_addressed, posts};
use yingke_app::routing::PairRow;
use yingke_app::{Appeared, Directory, Effect, House, ThreadRow};
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{BuyerId, ConnectionId, ConversationId, PersonId, ShopId, Stamp, ThreadId};

/// Frames that may wait for a guest's connection.
const GUEST_QUEUE: usize = 256;
/// Frames that may wait for a desk's connection.
const DESK_QUEUE: usize = 2_048;
/// How often queue places, states and rows of the queue are told: never more often than once a second.
const TICK: Duration = Duration::from_secs(1);
/// How long [`Hub::stop`] waits for connections to say goodbye.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// [`Line::place`]: not known yet.
const UNKNOWN: i64 = i64::MIN;
/// [`Line::place`]: somebody serves this buyer.
const SERVED: i64 = -1;
/// [`Line::place`]: waiting, the place was not told yet.
const UNPLACED: i64 = i64::MAX;

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Stopping,
    TooSlow,
    SignedOut,
    Malformed,
    Unavailable,
}

impl Reason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::TooSlow => "too_slow",
            Self::SignedOut => "signed_out",
            Self::Malformed => "malformed",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Whose connection it is.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Desk {
        person: PersonId,
        session: [u8; 32],
        shops: Box<[ShopId]>,
    },
    Guest {
        shop: ShopId,
        thread: ThreadId,
        buyer: BuyerId,
    },
}

/// What waits for a connection.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// An entry, which has a place among the others of its thread.
    Entry {
        thread: ThreadId,
        seq: i64,
        text: Utf8Bytes,
    },
    /// Anything else, in order of arrival.
    Frame(Utf8Bytes),
}

/// The hub's end of a connection.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: ConnectionId,
    pub(crate) who: Who,
    queue: mpsc::Sender<Arc<Delivery>>,
    reason: OnceLock<Reason>,
    /// Rings when `reason` is set.
    bell: Notify,
    /// Rings when it is set to [`Reason::TooSlow`]: a write that hangs need not be waited for.
    jammed: Notify,
    /// What the widget was told of its place: 0 none, 1.. waiting, or one of the constants above.
    place: AtomicI64,
}

impl Line {
    /// A connection with its queue.
    pub(crate) fn new(id: ConnectionId, who: Who) -> (Arc<Self>, mpsc::Receiver<Arc<Delivery>>) {
        let size = match who {
            Who::Desk { .. } => DESK_QUEUE,
            Who::Guest { .. } => GUEST_QUEUE,
        };
        Self::with_queue(id, who, size)
    }

    fn with_queue(id: ConnectionId, who: Who, size: usize) -> (Arc<Self>, mpsc::Receiver<Arc<Delivery>>) {
        let (queue, receiver) = mpsc::channel(size);
        let (bell, jammed) = (Notify::new(), Notify::new());
        let place = AtomicI64::new(UNKNOWN);
        (
            Arc::new(Self {
                id,
                who,
                queue,
                reason: OnceLock::new(),
                bell,
                jammed,
                place,
            }),
            receiver,
        )
    }

    /// Queues something that must not be lost. A full queue ends the connection, which resumes from the store.
    fn offer(&self, delivery: &Arc<Delivery>) {
        if self.reason.get().is_some() {
            return;
        }
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(Arc::clone(delivery)) {
            self.close(Reason::TooSlow);
        }
    }

    /// Queues something that nobody misses.
    fn hint(&self, delivery: &Arc<Delivery>) {
        // The second half of the queue is kept for what must not be lost.
        if self.queue.capacity() > self.queue.max_capacity() / 2 {
            let _dropped_when_full = self.queue.try_send(Arc::clone(delivery));
        }
    }

    /// Asks the connection to end; the first reason counts.
    pub(crate) fn close(&self, reason: Reason) {
        let _first_counts = self.reason.set(reason);
        self.bell.notify_one();
        if reason == Reason::TooSlow {
            self.jammed.notify_one();
        }
    }

    /// Why it must end, once somebody has said so.
    pub(crate) async fn closing(&self) -> Reason {
        loop {
            if let Some(reason) = self.reason.get() {
                return *reason;
            }
            self.bell.notified().await;
        }
    }

    /// Resolves when the reader is too slow.
    pub(crate) async fn jam(&self) {
        self.jammed.notified().await;
    }

    /// The place that the connection itself has told the widget, unless a commit was faster.
    pub(crate) fn told_place(&self, place: i64, served: bool) {
        let place = if served { SERVED } else { place };
        let _commit_was_faster =
            self.place
                .compare_exchange(UNKNOWN, place, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn person(&self) -> Option<PersonId> {
        match self.who {
            Who::Desk { person, .. } => Some(person),
            Who::Guest { .. } => None,
        }
    }

    fn shop(&self) -> Option<ShopId> {
        match self.who {
            Who::Guest { shop, .. } => Some(shop),
            Who::Desk { .. } => None,
        }
    }
}

/// A frame as it goes over the wire.
pub(crate) fn wire(frame: &ServerFrame) -> Utf8Bytes {
    // Frames are plain structures of texts and numbers: they always have a JSON form.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// A row that is told with the next tick.
#[derive(Debug)]
struct Stirred {
    row: ThreadRow,
    /// Else only to whoever leads the others.
    everybody: bool,
}

/// Who is connected, by what they must be told of.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// All, with the threads that each watches.
    lines: HashMap<ConnectionId, (Arc<Line>, Vec<ThreadId>)>,
    /// Desks that have the thread open.
    watchers: HashMap<ThreadId, Vec<Arc<Line>>>,
    /// Desks of a person.
    people: HashMap<PersonId, Vec<Arc<Line>>>,
    /// Desks of a shop.
    shops: HashMap<ShopId, Vec<Arc<Line>>>,
    /// Widgets of a thread.
    guests: HashMap<ThreadId, Vec<Arc<Line>>>,
    /// Shops whose queue has changed since the last tick.
    moved: HashSet<ShopId>,
    /// Threads that got another message since the last tick.
    stirred: HashMap<ThreadId, Stirred>,
}

/// By what frames are made of rows and entries.
pub(crate) struct Ground<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) sign: Sign<'a>,
    pub(crate) is_open: &'a dyn Fn() -> bool,
    pub(crate) marks: &'a dyn Fn(&ThreadRow) -> RowMarks,
    pub(crate) is_mentioned: &'a dyn Fn(ThreadId, PersonId) -> bool,
}

fn remove<K: Hash + Eq>(map: &mut HashMap<K, Vec<Arc<Line>>>, key: &K, line: &Line) {
    if let Some(lines) = map.get_mut(key) {
        lines.retain(|l| l.id != line.id);
        if lines.is_empty() {
            map.remove(key);
        }
    }
}

fn all<'a, K: Hash + Eq>(map: &'a HashMap<K, Vec<Arc<Line>>>, key: &K) -> &'a [Arc<Line>] {
    map.get(key).map_or(&[], Vec::as_slice)
}

impl Registry {
    fn join(&mut self, line: &Arc<Line>) {
        self.lines.insert(line.id, (Arc::clone(line), Vec::new()));
        match &line.who {
            Who::Desk { person, shops, .. } => {
                self.people.entry(*person).or_default().push(Arc::clone(line));
                for shop in shops {
                    self.shops.entry(*shop).or_default().push(Arc::clone(line));
                }
            }
            Who::Guest { thread, .. } => self.guests.entry(*thread).or_default().push(Arc::clone(line)),
        }
    }

    /// Lets a connection go; gives the threads that it had open.
    fn leave(&mut self, line: &Line) -> Vec<ThreadId> {
        let Some((_, watched)) = self.lines.remove(&line.id) else {
            return Vec::new();
        };
        match &line.who {
            Who::Desk { person, shops, .. } => {
                remove(&mut self.people, person, line);
                for shop in shops {
                    remove(&mut self.shops, shop, line);
                }
            }
            Who::Guest { thread, .. } => remove(&mut self.guests, thread, line),
        }
        for thread in &watched {
            remove(&mut self.watchers, thread, line);
        }
        watched
    }

    fn watch(&mut self, line: &Arc<Line>, thread: ThreadId) {
        // Whoever has left is told of nothing any more.
        let Some((_, watched)) = self.lines.get_mut(&line.id) else {
            return;
        };
        if !watched.contains(&thread) {
            watched.push(thread);
            self.watchers.entry(thread).or_default().push(Arc::clone(line));
        }
    }

    fn unwatch(&mut self, line: &Line, thread: ThreadId) {
        if let Some((_, watched)) = self.lines.get_mut(&line.id) {
            watched.retain(|t| *t != thread);
            remove(&mut self.watchers, &thread, line);
        }
    }

    /// Tells everybody whom a commit concerns.
    fn publish(&mut self, a: &Appeared, ground: &Ground<'_>) {
        self.publish_entries(a, ground.directory, ground.sign);
        self.publish_mentions(a, ground.directory);
        self.publish_row(a, ground);
        self.publish_place(a, ground.directory, ground.is_open);
    }

    /// Whoever is named in a private note is told, wherever they are.
    fn publish_mentions(&self, a: &Appeared, directory: &Directory) {
        for note in a.entries.iter().filter(|e| e.kind == EntryKind::Note) {
            let named = view::named(note);
            if named.is_empty() {
                continue;
            }
            let row = MentionRow {
                thread: note.thread,
                seq: note.seq,
                at: note.at,
                by: note.author,
                text: note.text.clone(),
                shop: a.thread.shop,
                buyer_name: a.thread.buyer_name.clone(),
            };
            let mention = view::mention(directory, &row);
            let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Mention { mention })));
            for person in named {
                for line in all(&self.people, &person) {
                    line.offer(&frame);
                }
            }
        }
    }

    /// Tells whoever has these phrases that some are newer: the shop's desks, or one person's.
    fn publish_phrases(&self, shop: ShopId, person: Option<PersonId>, version: i64, directory: &Directory) {
        let Some(code) = directory.shop(shop).map(|s| s.code.clone()) else {
            return;
        };
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Phrases {
            shop: code,
            set: if person.is_some() { "own" } else { "team" }.to_owned(),
            version,
        })));
        let lines = match person {
            None => all(&self.shops, &shop),
            Some(person) => all(&self.people, &person),
        };
        for line in lines {
            line.offer(&frame);
        }
    }

    /// Tells the shop's desks that a list of the day changed.
    fn duty(&self, shop: ShopId, list: &str, day: &str, directory: &Directory) {
        let Some(code) = directory.shop(shop).map(|s| s.code.clone()) else {
            return;
        };
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Duty {
            shop: code,
            list: list.to_owned(),
            day: day.to_owned(),
        })));
        for line in all(&self.shops, &shop) {
            line.offer(&frame);
        }
    }

    /// Tells the desks that have a thread open who else has.
    fn look(&self, thread: ThreadId, directory: &Directory) {
        let watchers = all(&self.watchers, &thread);
        let mut people: Vec<PersonId> = watchers.iter().filter_map(|line| line.person()).collect();
        people.sort_unstable();
        people.dedup();
        for line in watchers {
            let others: Vec<PersonRef> = people
                .iter()
                .filter(|person| Some(**person) != line.person())
                .map(|person| PersonRef {
                    person: person.to_string(),
                    name: directory.actor_name(person.0).unwrap_or_default().to_owned(),
                })
                .collect();
            let frame = ServerFrame::Looking {
                thread: thread.to_string(),
                people: others,
            };
            line.offer(&Arc::new(Delivery::Frame(wire(&frame))));
        }
    }

    /// A row for the desks of its shop; whoever an unseen note names sees that, too.
    fn tell_row(&self, t: &ThreadRow, ground: &Ground<'_>) {
        self.tell_row_to(t, ground, &|_| true);
    }

    fn tell_row_to(&self, t: &ThreadRow, ground: &Ground<'_>, hears: &dyn Fn(PersonId) -> bool) {
        let lines: Vec<&Arc<Line>> = all(&self.shops, &t.shop)
            .iter()
            .filter(|line| line.person().is_some_and(hears))
            .collect();
        if lines.is_empty() {
            return;
        }
        let marks = (ground.marks)(t);
        let make = |mentioned| {
            let row = view::row(t, ground.directory, &marks, mentioned);
            Arc::new(Delivery::Frame(wire(&ServerFrame::Row { row })))
        };
        let mut made: [Option<Arc<Delivery>>; 2] = [None, None];
        for line in lines {
            let mentioned = line
                .person()
                .is_some_and(|person| (ground.is_mentioned)(t.id, person));
            line.offer(made[usize::from(mentioned)].get_or_insert_with(|| make(mentioned)));
        }
    }

    /// The row changed without a new entry. Threads that are over stand in no list.
    fn publish_marks(&self, t: &ThreadRow, ground: &Ground<'_>) {
        if t.live.conversation.is_some() {
            self.tell_row(t, ground);
        }
    }

    /// What the buyer looks at, for whoever has the thread open or holds it.
    fn page(&self, thread: ThreadId, holder: Option<PersonId>, page: BuyerPage) {
        let watchers = all(&self.watchers, &thread);
        let holders = holder.map_or(&[][..], |person| all(&self.people, &person));
        let frame = ServerFrame::Page {
            thread: thread.to_string(),
            page: Some(page),
        };
        let frame = Arc::new(Delivery::Frame(wire(&frame)));
        let others = holders.iter().filter(|h| !watchers.iter().any(|w| w.id == h.id));
        for line in watchers.iter().chain(others) {
            line.offer(&frame);
        }
    }

    /// A finding, for the person concerned and for whoever judges in that shop.
    fn incident(&self, incident: &Incident, directory: &Directory) {
        let row = crate::incident::view::incident(incident, directory);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Incident { incident: row })));
        let judges = |person| {
            directory
                .person(person)
                .is_some_and(|p| allows(p.role, Right::JudgeIncidents))
        };
        for line in all(&self.shops, &incident.shop) {
            if line
                .person()
                .is_some_and(|p| Some(p) == incident.person || judges(p))
            {
                line.offer(&frame);
            }
        }
    }

    /// A request for a price, for who asked and for whoever answers in that shop.
    fn approval(&self, request: &Request, directory: &Directory) {
        let row = crate::bargain::view::approval(request, directory);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Approval { approval: row })));
        let answers = |person| {
            directory
                .person(person)
                .is_some_and(|p| allows(p.role, Right::Approve))
        };
        for line in all(&self.shops, &request.shop) {
            if line.person().is_some_and(|p| p == request.person || answers(p)) {
                line.offer(&frame);
            }
        }
    }

    /// Somebody looks along, for both and for whoever may act upon what others hold.
    fn pair(&self, pair: &PairRow, buyer_name: &str, open: bool, directory: &Directory) {
        let row = crate::routing::pairs::pair(pair, buyer_name, directory);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Pair { pair: row, open })));
        let leads = |person| {
            directory
                .person(person)
                .is_some_and(|p| allows(p.role, Right::TakeOver))
        };
        for line in all(&self.shops, &pair.shop) {
            if line
                .person()
                .is_some_and(|p| p == pair.partner || p == pair.junior || leads(p))
            {
                line.offer(&frame);
            }
        }
    }

    /// A notice, for whoever posts in that shop and for those for whom it is; `only`: of those, this person.
    fn notice(
        &self,
        notice: &Notice,
        only: Option<PersonId>,
        reminder: bool,
        directory: &Directory,
        ground: notice_view::Ground,
    ) {
        let counts = notice_view::count(directory, notice);
        for line in all(&self.shops, &notice.shop) {
            let Some(person) = line.person() else { continue };
            let posts = posts(directory, person);
            let concerned = only.is_none_or(|only| only == person)
                && (is_addressed(directory, notice, person) || notice.confirmed(person).is_some());
            if !posts && !concerned {
                continue;
            }
            let row = notice_view::notice(notice, person, posts.then_some(counts), directory, ground);
            let reminder = reminder && row.mine && row.confirmed_at.is_none();
            let frame = ServerFrame::Notice {
                notice: Box::new(row),
                reminder,
            };
            line.offer(&Arc::new(Delivery::Frame(wire(&frame))));
        }
    }

    /// A call, for who talked and for whoever overlooks the shop's.
    fn call(&self, call: &Call, directory: &Directory) {
        let row = crate::call::view::call(call, "", directory);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Call { call: row })));
        let overlooks = |person| {
            directory
                .person(person)
                .is_some_and(|p| allows(p.role, Right::Approve))
        };
        for line in all(&self.shops, &call.shop) {
            if line.person().is_some_and(|p| p == call.person || overlooks(p)) {
                line.offer(&frame);
            }
        }
    }

    /// Words proposed to be abuse, for who proposed it and for whoever decides in that shop.
    fn mark(&self, mark: &Mark, directory: &Directory) {
        let row = crate::abuse::view::mark(mark, directory);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Mark { mark: row })));
        let decides = |person| {
            directory
                .person(person)
                .is_some_and(|p| allows(p.role, Right::Approve))
        };
        for line in all(&self.shops, &mark.shop) {
            if line.person().is_some_and(|p| p == mark.person || decides(p)) {
                line.offer(&frame);
            }
        }
    }

    /// Asks a person whether they are there, on all their desks.
    fn still_there(&self, person: PersonId, until: Option<Stamp>) {
        let until = until.map(|at| at.to_string());
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::StillThere { until })));
        for line in all(&self.people, &person) {
            line.offer(&frame);
        }
    }

    /// The buyer is asked to judge a conversation.
    fn ask(&self, thread: ThreadId, conversation: ConversationId) {
        let frame = ServerFrame::Ask {
            conversation: conversation.to_string(),
        };
        let frame = Arc::new(Delivery::Frame(wire(&frame)));
        for line in all(&self.guests, &thread) {
            line.offer(&frame);
        }
    }

    fn publish_entries(&self, a: &Appeared, directory: &Directory, sign: Sign<'_>) {
        let t = &a.thread;
        let watchers = all(&self.watchers, &t.id);
        let holders = t.live.holder.map_or(&[][..], |person| all(&self.people, &person));
        let desks: Vec<&Arc<Line>> = watchers
            .iter()
            .chain(holders.iter().filter(|h| !watchers.iter().any(|w| w.id == h.id)))
            .collect();
        let guests = all(&self.guests, &t.id);
        let last = a.entries.len().saturating_sub(1);
        for (i, e) in a.entries.iter().enumerate() {
            let delivery = |audience| {
                let is_desk = matches!(audience, Audience::Desk(_));
                let frame = ServerFrame::Entry {
                    entry: view::entry(sign, directory, t, e, audience),
                    // The state is that after the whole change.
                    live: (is_desk && i == last).then(|| view::live(t, directory)),
                };
                Arc::new(Delivery::Entry {
                    thread: t.id,
                    seq: e.seq,
                    text: wire(&frame),
                })
            };
            if let Some(Who::Guest { buyer, .. }) = guests.first().map(|line| &line.who) {
                let delivery = delivery(Audience::Buyer(*buyer));
                for line in guests {
                    line.offer(&delivery);
                }
            }
            // Addresses of pictures are signed for one viewer; everything else is the same for all desks.
            let mut made: Option<(PersonId, Arc<Delivery>)> = None;
            for line in &desks {
                let Who::Desk { person, .. } = line.who else {
                    continue;
                };
                let delivery = match &made {
                    Some((viewer, delivery)) if e.file.is_none() || *viewer == person => Arc::clone(delivery),
                    _ => delivery(Audience::Desk(person)),
                };
                line.offer(&delivery);
                made = Some((person, delivery));
            }
        }
    }

    /// Lists change when a conversation comes, goes, or changes hands, and soon after a wait began or ended; with every message only
    /// those of whoever leads the others, and no more than once a second.
    fn publish_row(&mut self, a: &Appeared, ground: &Ground<'_>) {
        let t = &a.thread;
        let is_open = t.live.conversation.is_some();
        if !is_open && !a.open_before {
            return;
        }
        if all(&self.shops, &t.shop).is_empty() {
            return;
        }
        if !is_open {
            self.stirred.remove(&t.id);
            let gone = Arc::new(Delivery::Frame(wire(&ServerFrame::Gone {
                thread: t.id.to_string(),
                rev: t.rev,
            })));
            for line in all(&self.shops, &t.shop) {
                line.offer(&gone);
            }
        } else if !a.open_before || a.holder_before != t.live.holder || a.marks_changed {
            self.stirred.remove(&t.id);
            self.tell_row(t, ground);
        } else {
            // A wait that begins or ends is told to everybody; a further message of a held conversation to whoever leads the others, whose
            // list shows what was said last with anybody.
            let everybody = t.live.holder.is_none() || a.owed_before.is_some() != t.live.owed_since.is_some();
            let before = self.stirred.get(&t.id).is_some_and(|stirred| stirred.everybody);
            let stirred = Stirred {
                row: t.clone(),
                everybody: everybody || before,
            };
            self.stirred.insert(t.id, stirred);
        }
    }

    fn publish_place(&mut self, a: &Appeared, directory: &Directory, is_open: &dyn Fn() -> bool) {
        let t = &a.thread;
        let waits = t.live.conversation.is_some() && t.live.holder.is_none();
        let waited = a.open_before && a.holder_before.is_none();
        if waits != waited {
            self.moved.insert(t.shop);
        }
        let guests = all(&self.guests, &t.id);
        if guests.is_empty() {
            return;
        }
        if waits {
            for line in guests {
                if line.place.load(Ordering::Relaxed) <= 0 {
                    line.place.store(UNPLACED, Ordering::Relaxed);
                    self.moved.insert(t.shop);
                }
            }
            return;
        }
        let closed = a.open_before && t.live.conversation.is_none();
        if !closed && (a.holder_before == t.live.holder && a.open_before) {
            return;
        }
        let agent = t
            .live
            .holder
            .and_then(|person| directory.actor_name(person.0).map(str::to_owned));
        let place = if t.live.holder.is_some() { SERVED } else { 0 };
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Queue {
            place: 0,
            agent,
            open: is_open(),
            wait_secs: None,
        })));
        for line in guests {
            line.place.store(place, Ordering::Relaxed);
            line.offer(&frame);
        }
    }

    /// Tells waiting widgets their places, and all that are not served when the shop opens or goes home.
    fn places(
        &mut self,
        shop: ShopId,
        is_open: bool,
        open_changed: bool,
        place_of: &dyn Fn(ThreadId) -> i64,
        wait: &dyn Fn(ThreadId, i64) -> Option<i64>,
    ) {
        if !self.moved.remove(&shop) && !open_changed {
            return;
        }
        let mut unplaced = false;
        for (thread, lines) in &self.guests {
            let Some(first) = lines.first().filter(|line| line.shop() == Some(shop)) else {
                continue;
            };
            let told = first.place.load(Ordering::Relaxed);
            if told == SERVED || told == UNKNOWN || (told == 0 && !open_changed) {
                continue;
            }
            let place = if told == 0 { 0 } else { place_of(*thread) };
            if place == 0 && told != 0 {
                // The router has not heard of it yet, or is ahead of the commits that this task has told of.
                unplaced |= told == UNPLACED;
                continue;
            }
            if place == told && !open_changed {
                continue;
            }
            let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Queue {
                place,
                agent: None,
                open: is_open,
                wait_secs: wait(*thread, place),
            })));
            for line in lines {
                // Whoever was given to an agent meanwhile has been told so by that commit.
                if line.place.load(Ordering::Relaxed) != SERVED {
                    line.place.store(place, Ordering::Relaxed);
                    line.offer(&frame);
                }
            }
        }
        if unplaced {
            self.moved.insert(shop);
        }
    }

    /// Rows of waiting threads that got another message, and of held ones whose wait began or ended: once a second, however much is written.
    fn stir(&mut self, ground: &Ground<'_>) {
        for stirred in std::mem::take(&mut self.stirred).into_values() {
            self.tell_row_to(&stirred.row, ground, &|person| {
                stirred.everybody
                    || ground
                        .directory
                        .person(person)
                        .is_some_and(|p| allows(p.role, Right::TakeOver))
            });
        }
    }

    fn read(&self, thread: ThreadId, by_buyer: bool, seq: i64) {
        let (guests, desks) = (all(&self.guests, &thread), all(&self.watchers, &thread));
        if guests.is_empty() && desks.is_empty() {
            return;
        }
        let by = if by_buyer { "buyer" } else { "shop" }.to_owned();
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Read {
            thread: thread.to_string(),
            by,
            seq,
        })));
        for line in guests.iter().chain(desks) {
            line.offer(&frame);
        }
    }

    fn typing(&self, by: &Line, thread: ThreadId, name: &str, on: bool) {
        let from = match by.who {
            Who::Guest { .. } => "buyer",
            Who::Desk { .. } => "agent",
        };
        let frame = ServerFrame::Typing {
            thread: thread.to_string(),
            from: from.to_owned(),
            name: name.to_owned(),
            on,
        };
        let frame = Arc::new(Delivery::Frame(wire(&frame)));
        let (guests, desks) = (all(&self.guests, &thread), all(&self.watchers, &thread));
        // One's own other window needs no sign of one's own typing.
        let is_other_side = |line: &&Arc<Line>| match (&line.who, &by.who) {
            (Who::Guest { .. }, Who::Guest { .. }) => false,
            (Who::Desk { person: a, .. }, Who::Desk { person: b, .. }) => a != b,
            _ => true,
        };
        for line in guests.iter().chain(desks).filter(is_other_side) {
            line.hint(&frame);
        }
    }
}

/// Who is connected. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    house: House,
    registry: Mutex<Registry>,
    stopping: AtomicBool,
    /// Rings whenever a connection has left.
    left: Notify,
    /// Ends the task that follows the commits.
    over: CancellationToken,
    counts: Counts,
}

impl Hub {
    /// Begins to follow the commits of a house. Must be called within the runtime.
    pub(crate) fn start(house: &House) -> Self {
        let hub = Self(Arc::new(Inner {
            house: house.clone(),
            registry: Mutex::default(),
            stopping: AtomicBool::new(false),
            left: Notify::new(),
            over: CancellationToken::new(),
            counts: Counts::default(),
        }));
        tokio::spawn(hub.clone().run(house.subscribe()));
        hub
    }

    async fn run(self, mut commits: mpsc::UnboundedReceiver<Vec<Effect>>) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut told = Told::default();
        loop {
            tokio::select! {
                () = self.0.over.cancelled() => return,
                effects = commits.recv() => match effects {
                    Some(effects) => self.follow(&effects),
                    None => return,
                },
                _ = tick.tick() => self.tick(&mut told),
            }
        }
    }

    fn follow(&self, effects: &[Effect]) {
        let house = &self.0.house;
        let directory = house.directory();
        let marks = |t: &ThreadRow| row_marks(house, t);
        let is_mentioned = |thread, person| is_mentioned(house, thread, person);
        let base = Ground {
            directory: &directory,
            sign: &|_, _| String::new(),
            is_open: &|| false,
            marks: &marks,
            is_mentioned: &is_mentioned,
        };
        // Conversations whose buyers are there to be asked for a mark.
        let mut judged: Vec<ThreadId> = Vec::new();
        let mut registry = self.0.registry.lock();
        for effect in effects {
            match effect {
                Effect::Appeared(a) => {
                    let shop = a.thread.shop;
                    let sign = |file, viewer| view::sign(house, shop, file, viewer);
                    let is_open = || yingke_app::presence::any_online(house, shop);
                    let ground = Ground {
                        sign: &sign,
                        is_open: &is_open,
                        ..base
                    };
                    registry.publish(a, &ground);
                    let is_over = a.open_before && a.thread.live.conversation.is_none();
                    let invited = a.entries.iter().any(|e| e.kind == EntryKind::Ask);
                    if (is_over || invited) && !all(&registry.guests, &a.thread.id).is_empty() {
                        judged.push(a.thread.id);
                    }
                }
                Effect::Marked(t) => registry.publish_marks(t, &base),
                Effect::Read {
                    thread,
                    by_buyer,
                    seq,
                    ..
                } => registry.read(*thread, *by_buyer, *seq),
                Effect::Approval(approval) => registry.approval(approval, &directory),
                Effect::Call(call) => registry.call(call, &directory),
                Effect::Mark(mark) => registry.mark(mark, &directory),
                Effect::Incident(incident) => registry.incident(incident, &directory),
                Effect::Notice {
                    notice,
                    only,
                    reminder,
                } => registry.notice(
                    notice,
                    *only,
                    *reminder,
                    &directory,
                    notice_view::Ground::of(house),
                ),
                Effect::StillThere { person, until } => registry.still_there(*person, *until),
                Effect::Phrases {
                    shop,
                    person,
                    version,
                } => registry.publish_phrases(*shop, *person, *version, &directory),
                Effect::Pair {
                    pair,
                    buyer_name,
                    open,
                } => registry.pair(pair, buyer_name, *open, &directory),
                Effect::Duty { shop, list, day } => registry.duty(*shop, list.as_str(), day, &directory),
                // States, loads and capacities are compared at the next tick.
                _ => {}
            }
        }
        drop(registry);
        for thread in judged {
            tokio::spawn(self.clone().ask(thread));
        }
    }

    /// Asks the buyer for a mark, if there is anything to judge.
    async fn ask(self, thread: ThreadId) {
        match to_be_rated(&self.0.house, thread).await {
            Ok(Some(conversation)) => self.0.registry.lock().ask(thread, conversation),
            Ok(None) => {}
            Err(problem) => tracing::warn!(%problem, %thread, "a buyer could not be asked for a mark"),
        }
    }

    /// What is told at most once a second.
    fn tick(&self, told: &mut Told) {
        let house = &self.0.house;
        for shop in house.directory().shops() {
            let is_open = yingke_app::presence::any_online(house, shop.id);
            let open_changed = told
                .open
                .insert(shop.id, is_open)
                .is_some_and(|before| before != is_open);
            let mut registry = self.0.registry.lock();
            registry.places(
                shop.id,
                is_open,
                open_changed,
                &|thread| super::place_of(house, thread),
                &|thread, place| queue_estimate(house, thread, place),
            );
            if all(&registry.shops, &shop.id).is_empty() {
                continue;
            }
            for colleague in yingke_app::presence::list(house, shop.id) {
                let row = crate::presence::people::row(&colleague);
                if told.people.get(&(shop.id, colleague.person)) == Some(&row) {
                    continue;
                }
                let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Presence {
                    person: row.clone(),
                })));
                for line in all(&registry.shops, &shop.id) {
                    line.offer(&frame);
                }
                told.people.insert((shop.id, colleague.person), row);
            }
        }
        let directory = house.directory();
        let ground = Ground {
            directory: &directory,
            sign: &|_, _| String::new(),
            is_open: &|| false,
            marks: &|t| row_marks(house, t),
            is_mentioned: &|thread, person| is_mentioned(house, thread, person),
        };
        self.0.registry.lock().stir(&ground);
    }

    /// Tells the person's colleagues of a new state now, not at the next tick.
    pub(crate) fn presence_changed(&self, person: PersonId) {
        let Ok(colleague) = yingke_app::presence::colleague(&self.0.house, person) else {
            return;
        };
        let row = crate::presence::people::row(&colleague);
        let frame = Arc::new(Delivery::Frame(wire(&ServerFrame::Presence { person: row })));
        let shops: Vec<ShopId> = self
            .0
            .house
            .directory()
            .shops_of(person)
            .iter()
            .map(|shop| shop.id)
            .collect();
        let registry = self.0.registry.lock();
        for shop in shops {
            for line in all(&registry.shops, &shop) {
                line.offer(&frame);
            }
        }
    }

    /// Takes a connection in; false when the house is stopping.
    pub(crate) fn join(&self, line: &Arc<Line>) -> bool {
        let mut registry = self.0.registry.lock();
        // Under the lock: `stop` closes what is registered, after it has set the flag.
        if self.is_stopping() {
            return false;
        }
        registry.join(line);
        true
    }

    /// Lets it go.
    pub(crate) fn leave(&self, line: &Line) {
        let directory = self.0.house.directory();
        let mut registry = self.0.registry.lock();
        for thread in registry.leave(line) {
            registry.look(thread, &directory);
        }
        drop(registry);
        self.0.left.notify_waiters();
    }

    /// From now on the connection is told of the thread's entries.
    pub(crate) fn watch(&self, line: &Arc<Line>, thread: ThreadId) {
        let directory = self.0.house.directory();
        let mut registry = self.0.registry.lock();
        registry.watch(line, thread);
        // Alone with it: nobody has to be told.
        if all(&registry.watchers, &thread).len() > 1 {
            registry.look(thread, &directory);
        }
    }

    /// No longer.
    pub(crate) fn unwatch(&self, line: &Line, thread: ThreadId) {
        let directory = self.0.house.directory();
        let mut registry = self.0.registry.lock();
        registry.unwatch(line, thread);
        registry.look(thread, &directory);
    }

    /// The buyer of a thread looks at another page.
    pub(crate) fn page(&self, thread: ThreadId, holder: Option<PersonId>, page: BuyerPage) {
        self.0.registry.lock().page(thread, holder, page);
    }

    /// A side is composing, or no longer.
    pub(crate) fn typing(&self, by: &Line, thread: ThreadId, name: &str, on: bool) {
        self.0.registry.lock().typing(by, thread, name, on);
    }

    /// Ends the connections of a session that was signed out; tells whether the person sits at another desk still.
    pub(crate) fn end_session(&self, person: PersonId, ended: &[u8; 32]) -> bool {
        let mut sits_elsewhere = false;
        for line in all(&self.0.registry.lock().people, &person) {
            if matches!(&line.who, Who::Desk { session, .. } if session == ended) {
                line.close(Reason::SignedOut);
            } else {
                sits_elsewhere = true;
            }
        }
        sits_elsewhere
    }

    /// Ends the connections of sessions that were ended from elsewhere.
    pub(crate) fn end_sessions(&self, person: PersonId, ended: &[[u8; 32]]) {
        for session in ended {
            self.end_session(person, session);
        }
    }

    /// Ends all connections of a person who was deactivated.
    pub(crate) fn end_person(&self, person: PersonId) {
        for line in all(&self.0.registry.lock().people, &person) {
            line.close(Reason::SignedOut);
        }
    }

    /// Whether the house takes no more connections.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }

    /// What is counted of messages and requests.
    pub(crate) fn counts(&self) -> &Counts {
        &self.0.counts
    }

    /// Open connections of desks and of widgets.
    pub fn connections(&self) -> (usize, usize) {
        let registry = self.0.registry.lock();
        let desks = registry.people.values().map(Vec::len).sum();
        (desks, registry.lines.len() - desks)
    }

    /// Takes no more connections, says goodbye to all there are, and waits until they are gone (some seconds at most). What they
    /// were promised (answers to their sends) is sent before.
    pub async fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        for (line, _) in self.0.registry.lock().lines.values() {
            line.close(Reason::Stopping);
        }
        let all_gone = async {
            loop {
                let left = self.0.left.notified();
                if self.0.registry.lock().lines.is_empty() {
                    return;
                }
                // The ring may have come between the look and the wait.
                let _looked_again = tokio::time::timeout(Duration::from_millis(50), left).await;
            }
        };
        if tokio::time::timeout(STOP_WAIT, all_gone).await.is_err() {
            tracing::warn!(
                connections = self.0.registry.lock().lines.len(),
                "some connections did not take their leave"
            );
        }
        self.0.over.cancel();
    }
}

/// What was told at the last tick.
#[derive(Default)]
struct Told {
    open: HashMap<ShopId, bool>,
    people: HashMap<(ShopId, PersonId), PresenceRow>,
}

#[cfg(test)]
mod tests;
