//! One connection: one task, from the upgrade to the goodbye.
//!
//! What it sends of a thread's entries is without a hole: it keeps the last sequence it has sent, drops what it has sent before,
//! and reads the store when something is missing. What it receives goes to the writer in the order of arrival. At most
//! [`UNANSWERED`] sends are under way; then it stops reading, and the sender waits.

use crate::conversation::view::{self, Audience, Slice};
use crate::http::Api;
use crate::limit::{Bucket, Rate};
use crate::ws::hub::{Delivery, Line, Reason, Who, wire};
use crate::ws::protocol::{ClientFrame, MessageKind, ProblemBody, ServerFrame};
use crate::ws::{holder_name, place_of};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{FutureExt, SinkExt};
use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use yingke_app::conversation::{Author, Outgoing};
use yingke_app::{Caller, Guest, Staff, ThreadRow};
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{ConnectionId, Problem, ProblemKind, ShopId, ThreadId};

/// Sends without an answer; beyond it nothing more is read.
const UNANSWERED: usize = 32;
/// Between two pings.
const PING: Duration = Duration::from_secs(15);
/// A connection that says nothing for so long is dead.
const SILENT: Duration = Duration::from_secs(40);
/// A widget without a cookie must greet within this.
const GREETING: Duration = Duration::from_secs(10);
/// A write that hangs for so long is given up.
const WRITE: Duration = Duration::from_secs(30);
/// The last words of a connection.
const GOODBYE: Duration = Duration::from_secs(2);
/// Bad frames in a row before the connection is ended.
const MALFORMED: u8 = 10;
/// Threads that one desk may have open.
const WATCHED: usize = 64;
/// Deliveries that are written before the next flush.
const BATCH: usize = 64;
/// Messages of one guest's connection: so many at once, then one each half second.
const GUEST_RATE: Rate = Rate {
    burst: 40,
    every_ms: 500,
};
/// The session is looked at again with every so many pings.
const RECHECK: u32 = 4;

/// Who stands at the door.
pub(crate) enum Entrance {
    /// A person with the secret of the session.
    Desk(Staff, Box<str>),
    /// A buyer whose cookie came with the upgrade.
    Guest(Guest),
    /// A widget that will greet.
    Unknown(ShopId),
}

/// Who has come in.
enum As {
    Desk(Staff, Box<str>),
    Guest(Guest),
}

/// A thread that this connection follows.
struct Watched {
    thread: ThreadId,
    /// The last sequence that was sent.
    last: i64,
    /// Something was sent into it: its shop is known, so that a send goes straight into the line.
    used: bool,
}

/// How a connection ends.
enum End {
    /// The other side is gone.
    Gone,
    /// We end it.
    Bye(Reason),
}

/// What a task under way gives back.
enum Outcome {
    Nothing,
    Frame(Box<ServerFrame>),
    /// It cannot be said whether the message was stored: the client must connect again and send it again.
    Unclear(Box<ServerFrame>),
}

type UnderWay = Pin<Box<dyn Future<Output = Outcome> + Send>>;

enum Step {
    Closing(Reason),
    Outcome(Outcome),
    Delivery(Arc<Delivery>),
    Message(Option<Result<Message, axum::Error>>),
    Ping,
}

struct Session {
    api: Api,
    _seat: Seat,
    ws: WebSocket,
    who: As,
    line: Arc<Line>,
    queue: mpsc::Receiver<Arc<Delivery>>,
    watched: Vec<Watched>,
    under_way: VecDeque<UnderWay>,
    /// Nothing more is read until everything under way is answered: the next frame must not overtake it.
    hold: bool,
    malformed: u8,
    bucket: Bucket,
    heard: Instant,
    pings: u32,
    /// Something was written and not flushed.
    unflushed: bool,
}

/// Serves a connection to its end.
pub(crate) async fn run(api: Api, mut ws: WebSocket, entrance: Entrance) {
    let who = match entrance {
        Entrance::Desk(staff, secret) => As::Desk(staff, secret),
        Entrance::Guest(guest) => As::Guest(guest),
        Entrance::Unknown(shop) => match Box::pin(timeout(GREETING, greet(&api, &mut ws, shop))).await {
            Ok(Some(guest)) => As::Guest(guest),
            _ => return,
        },
    };
    let mut next = Some((ws, who));
    while let Some((ws, who)) = next.take() {
        next = Session::begin(api.clone(), ws, who).await;
    }
}

/// Waits for the widget's `hello`.
async fn greet(api: &Api, ws: &mut WebSocket, shop: ShopId) -> Option<Guest> {
    for _ in 0..MALFORMED {
        let problem = match ws.recv().await?.ok()? {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(ClientFrame::Hello { token }) => {
                    match yingke_app::buyer::guest(&api.house, &token).await {
                        Ok(Some(guest)) if guest.shop == shop => return Some(guest),
                        Ok(_) => Problem::unauthenticated(),
                        Err(problem) => problem,
                    }
                }
                Ok(_) => Problem::invalid(
                    "hello_first",
                    "say hello first, or let the cookie come with the upgrade",
                ),
                Err(error) => malformed(&error),
            },
            Message::Binary(_) => binary(),
            Message::Close(_) => return None,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        ws.send(Message::Text(wire(&ServerFrame::Problem {
            problem: ProblemBody::from(&problem),
        })))
        .await
        .ok()?;
    }
    None
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::invalid(
        "bad_frame",
        format!("the frame is none that this house knows: {error}"),
    )
}

fn binary() -> Problem {
    Problem::invalid(
        "bad_frame",
        "frames are JSON in text frames; binary frames are not read",
    )
}

fn line_of(api: &Api, who: &As) -> (Arc<Line>, mpsc::Receiver<Arc<Delivery>>) {
    let who = match who {
        As::Desk(staff, _) => Who::Desk {
            person: staff.person,
            session: staff.session,
            shops: api
                .house
                .directory()
                .shops_of(staff.person)
                .iter()
                .map(|shop| shop.id)
                .collect(),
        },
        As::Guest(guest) => Who::Guest {
            shop: guest.shop,
            thread: guest.thread,
            buyer: guest.buyer,
        },
    };
    Line::new(ConnectionId::new(api.house.now()), who)
}

/// The answer of the first task under way; waits for ever when there is none.
fn first(under_way: &mut VecDeque<UnderWay>) -> impl Future<Output = Outcome> {
    poll_fn(|context| {
        let Some(task) = under_way.front_mut() else {
            return Poll::Pending;
        };
        let outcome = task.as_mut().poll(context);
        if outcome.is_ready() {
            under_way.pop_front();
        }
        outcome
    })
}

impl Session {
    /// Serves one identity; gives the socket back when the widget greets as somebody else.
    async fn begin(api: Api, ws: WebSocket, who: As) -> Option<(WebSocket, As)> {
        let (line, queue) = line_of(&api, &who);
        let now = api.house.now();
        let seat = Seat {
            api: api.clone(),
            line: Arc::clone(&line),
        };
        let mut session = Self {
            api,
            _seat: seat,
            ws,
            who,
            line,
            queue,
            watched: Vec::new(),
            under_way: VecDeque::new(),
            hold: false,
            malformed: 0,
            bucket: Bucket::full(GUEST_RATE, now),
            heard: Instant::now(),
            pings: 0,
            unflushed: false,
        };
        if !session.api.hub.join(&session.line) {
            Box::pin(session.goodbye(Reason::Stopping)).await;
            return None;
        }
        let mut other = None;
        let end = match Box::pin(session.welcome()).await {
            Ok(()) => session.serve(&mut other).await,
            Err(end) => end,
        };
        match (end, other) {
            (_, Some(guest)) => {
                // The seat of the first identity is given up with the rest of the session.
                let Self { ws, .. } = session;
                Some((ws, As::Guest(guest)))
            }
            (End::Bye(reason), None) => {
                Box::pin(session.goodbye(reason)).await;
                None
            }
            (End::Gone, None) => None,
        }
    }

    async fn serve(&mut self, other: &mut Option<Guest>) -> End {
        let mut ping = std::pin::pin!(sleep_until(Instant::now() + PING));
        loop {
            let reads = self.under_way.len() < UNANSWERED && !self.hold;
            let step = tokio::select! {
                reason = self.line.closing() => Step::Closing(reason),
                outcome = first(&mut self.under_way) => Step::Outcome(outcome),
                Some(delivery) = self.queue.recv() => Step::Delivery(delivery),
                message = self.ws.recv(), if reads => Step::Message(message),
                () = &mut ping => Step::Ping,
            };
            let done = match step {
                Step::Closing(reason) => Err(End::Bye(reason)),
                Step::Outcome(outcome) => self.outcome(outcome).await,
                Step::Delivery(delivery) => self.deliver(&delivery).await,
                Step::Message(message) => self.message(message, other).await,
                Step::Ping => {
                    ping.as_mut().reset(Instant::now() + PING);
                    Box::pin(self.ping()).await
                }
            };
            let done = match done {
                Ok(()) => self.flush_ready().await,
                end => end,
            };
            if let Err(end) = done {
                return end;
            }
            if other.is_some() {
                return End::Gone;
            }
        }
    }

    /// Writes what is ready besides, so that one flush carries it all.
    async fn flush_ready(&mut self) -> Result<(), End> {
        for _ in 0..BATCH {
            let mut idle = true;
            if let Some(outcome) = first(&mut self.under_way).now_or_never() {
                self.outcome(outcome).await?;
                idle = false;
            }
            if let Ok(delivery) = self.queue.try_recv() {
                self.deliver(&delivery).await?;
                idle = false;
            }
            if idle {
                break;
            }
        }
        if self.under_way.is_empty() {
            self.hold = false;
        }
        if std::mem::take(&mut self.unflushed) {
            guarded(&self.line, self.ws.flush()).await?;
        }
        Ok(())
    }

    async fn put(&mut self, text: Utf8Bytes) -> Result<(), End> {
        self.unflushed = true;
        guarded(&self.line, self.ws.feed(Message::Text(text))).await
    }

    async fn say(&mut self, frame: &ServerFrame) -> Result<(), End> {
        self.put(wire(frame)).await
    }

    async fn problem(&mut self, problem: &Problem) -> Result<(), End> {
        self.say(&ServerFrame::Problem {
            problem: ProblemBody::from(problem),
        })
        .await
    }

    fn audience(&self) -> Audience {
        match &self.who {
            As::Desk(staff, _) => Audience::Desk(staff.person),
            As::Guest(guest) => Audience::Buyer(guest.buyer),
        }
    }

    fn caller(&self) -> Caller {
        match &self.who {
            As::Desk(staff, _) => Caller::Staff(staff.clone()),
            As::Guest(guest) => Caller::Guest(guest.clone()),
        }
    }

    /// First frames. The connection is registered already, so that nothing falls between what is read here and what comes live.
    async fn welcome(&mut self) -> Result<(), End> {
        let house = self.api.house.clone();
        let thread = match &self.who {
            As::Guest(guest) => Some(guest.thread.to_string()),
            As::Desk(..) => None,
        };
        self.say(&ServerFrame::Welcome {
            now: house.now().to_string(),
            connection: self.line.id.to_string(),
            thread,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
        .await?;
        match &self.who {
            As::Desk(staff, _) => {
                let person = staff.person;
                if let Err(problem) = yingke_app::presence::connect(&house, person, self.line.id).await {
                    self.problem(&problem).await?;
                }
                self.api.hub.presence_changed(person);
                self.rows().await?;
            }
            As::Guest(guest) => match yingke_app::conversation::thread_of_guest(&house, guest).await {
                Ok(row) => {
                    let (place, agent) = (place_of(&house, row.id), holder_name(&house, &row));
                    self.line.told_place(place, row.live.holder.is_some());
                    let open = yingke_app::presence::any_online(&house, row.shop);
                    self.say(&ServerFrame::Queue {
                        place,
                        agent,
                        open,
                        wait_secs: None,
                    })
                    .await?;
                }
                Err(problem) => self.problem(&problem).await?,
            },
        }
        self.unflushed = false;
        guarded(&self.line, self.ws.flush()).await
    }

    async fn rows(&mut self) -> Result<(), End> {
        let As::Desk(staff, _) = &self.who else {
            return self.problem(&Problem::forbidden("a widget has no list")).await;
        };
        let house = &self.api.house;
        match yingke_app::conversation::open_rows(house, staff).await {
            Ok(rows) => {
                let directory = house.directory();
                let rows = rows.iter().map(|t| view::row(t, &directory)).collect();
                let now = house.now().to_string();
                self.say(&ServerFrame::Rows { rows, now }).await
            }
            Err(problem) => self.problem(&problem).await,
        }
    }

    async fn outcome(&mut self, outcome: Outcome) -> Result<(), End> {
        match outcome {
            Outcome::Nothing => Ok(()),
            Outcome::Frame(frame) => self.say(&frame).await,
            Outcome::Unclear(frame) => {
                self.say(&frame).await?;
                Err(End::Bye(Reason::Unavailable))
            }
        }
    }

    async fn deliver(&mut self, delivery: &Delivery) -> Result<(), End> {
        let (thread, seq, text) = match delivery {
            Delivery::Frame(text) => return self.put(text.clone()).await,
            Delivery::Entry { thread, seq, text } => (*thread, *seq, text),
        };
        match self.watched.iter_mut().find(|w| w.thread == thread) {
            Some(w) => match place_in(w.last, seq) {
                Place::Known => Ok(()),
                Place::Next => {
                    w.last = seq;
                    self.put(text.clone()).await
                }
                Place::Gap => Box::pin(self.catch_up(thread)).await,
            },
            // Held by this person and not open on this desk: the list wants to know.
            None if matches!(self.who, As::Desk(..)) => self.put(text.clone()).await,
            // A widget that has not asked for its history yet will get it all with the answer.
            None => Ok(()),
        }
    }

    /// Sends what the store has beyond what was sent.
    async fn catch_up(&mut self, thread: ThreadId) -> Result<(), End> {
        let Some(i) = self.watched.iter().position(|w| w.thread == thread) else {
            return Ok(());
        };
        let audience = self.audience();
        loop {
            let from = self.watched[i].last;
            let page = crate::conversation::entries::PAGE;
            match view::history(&self.api.house, &audience, thread, Slice::After(from), page).await {
                Ok(history) => {
                    let more = self.entries(i, from, history).await?;
                    if !more {
                        return Ok(());
                    }
                }
                Err(problem) => return self.problem(&problem).await,
            }
        }
    }

    /// Sends a piece of history; true when more must follow.
    async fn entries(&mut self, i: usize, from: i64, history: view::History) -> Result<bool, End> {
        let view::History { entries, row } = history;
        // A client that knows more than the store (which was restored) goes on from what there is.
        let last = entries.last().map_or(from.min(row.live.last_seq), |e| e.seq);
        let more = last < row.live.last_seq && !entries.is_empty();
        self.watched[i].last = last;
        let is_desk = matches!(self.who, As::Desk(..));
        self.say(&ServerFrame::Entries {
            thread: row.id.to_string(),
            from,
            entries,
            more,
            last_seq: row.live.last_seq,
            buyer_read: row.buyer_read,
            shop_read: row.shop_read,
            live: is_desk.then(|| view::live(&row, &self.api.house.directory())),
            ask_rating: None,
        })
        .await?;
        Ok(more)
    }

    async fn message(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
        other: &mut Option<Guest>,
    ) -> Result<(), End> {
        let Some(Ok(message)) = message else {
            return Err(End::Gone);
        };
        self.heard = Instant::now();
        let problem = match message {
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(frame) => {
                    self.malformed = 0;
                    return self.frame(frame, other).await;
                }
                Err(error) => malformed(&error),
            },
            Message::Binary(_) => binary(),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
        };
        self.malformed += 1;
        self.problem(&problem).await?;
        if self.malformed >= MALFORMED {
            return Err(End::Bye(Reason::Malformed));
        }
        Ok(())
    }

    async fn frame(&mut self, frame: ClientFrame, other: &mut Option<Guest>) -> Result<(), End> {
        match frame {
            ClientFrame::Send {
                thread,
                client_id,
                kind,
                text,
                file,
                quote: _,
                card: _,
            } => match self.send(thread.as_deref(), &client_id, kind, text, file.as_deref()) {
                Ok(()) => Ok(()),
                Err(problem) => {
                    let problem = ProblemBody::from(&problem);
                    self.say(&ServerFrame::Refused { client_id, problem }).await
                }
            },
            ClientFrame::Typing { thread, on } => {
                if let Ok(thread) = self.thread(thread.as_deref())
                    && self.watches(thread)
                {
                    let name = match &self.who {
                        As::Desk(staff, _) => &staff.name,
                        As::Guest(guest) => &guest.name,
                    };
                    self.api.hub.typing(&self.line, thread, name, on);
                }
                Ok(())
            }
            ClientFrame::Pong => {
                if let As::Desk(staff, _) = &self.who {
                    let (house, person) = (self.api.house.clone(), staff.person);
                    self.under_way.push_back(Box::pin(async move {
                        outcome_of(yingke_app::presence::renew(&house, person).await)
                    }));
                }
                Ok(())
            }
            ClientFrame::Active => {
                if let As::Desk(staff, _) = &self.who {
                    yingke_app::presence::active(&self.api.house, staff.person);
                }
                Ok(())
            }
            ClientFrame::Read { thread, seq } => match self.read(thread.as_deref(), seq) {
                Ok(()) => Ok(()),
                Err(problem) => self.problem(&problem).await,
            },
            ClientFrame::Rate { .. } | ClientFrame::Page { .. } => Ok(()),
            ClientFrame::Unwatch { thread } => {
                if let Ok(thread) = self.thread(Some(&thread)) {
                    self.watched.retain(|w| w.thread != thread);
                    self.api.hub.unwatch(&self.line, thread);
                }
                Ok(())
            }
            ClientFrame::List => Box::pin(self.rows()).await,
            ClientFrame::Resume { thread, after } => match self.thread(thread.as_deref()) {
                Ok(thread) => Box::pin(self.resume(thread, after)).await,
                Err(problem) => self.problem(&problem).await,
            },
            ClientFrame::Hello { token } => Box::pin(self.hello(&token, other)).await,
        }
    }

    /// A widget says who it is, though its cookie has said so: the page's word counts, it may have become somebody else.
    async fn hello(&mut self, token: &str, other: &mut Option<Guest>) -> Result<(), End> {
        let As::Guest(me) = &self.who else { return Ok(()) };
        match yingke_app::buyer::guest(&self.api.house, token).await {
            Ok(Some(guest)) if guest.shop == me.shop => {
                if guest.buyer != me.buyer {
                    *other = Some(guest);
                }
                Ok(())
            }
            Ok(_) => self.problem(&Problem::unauthenticated()).await,
            Err(problem) => self.problem(&problem).await,
        }
    }

    /// The thread that a frame is about.
    fn thread(&self, named: Option<&str>) -> Result<ThreadId, Problem> {
        let named = named
            .map(|text| crate::http::parse_id::<ThreadId>(text, "thread"))
            .transpose()?;
        match (&self.who, named) {
            (As::Guest(guest), None) => Ok(guest.thread),
            (As::Guest(guest), Some(thread)) if thread == guest.thread => Ok(thread),
            (As::Guest(_), Some(_)) => Err(Problem::not_found("thread")),
            (As::Desk(..), Some(thread)) => Ok(thread),
            (As::Desk(..), None) => Err(Problem::invalid("thread_missing", "a desk must name the thread")),
        }
    }

    fn watches(&self, thread: ThreadId) -> bool {
        self.watched.iter().any(|w| w.thread == thread)
    }

    /// Puts a message in the line of its thread; the answer comes by `under_way`.
    fn send(
        &mut self,
        thread: Option<&str>,
        client_id: &str,
        kind: MessageKind,
        text: String,
        file: Option<&str>,
    ) -> Result<(), Problem> {
        let thread = self.thread(thread)?;
        let out = Outgoing {
            client_id: crate::http::parse_id(client_id, "client_id")?,
            kind: match kind {
                MessageKind::Text => EntryKind::Text,
                MessageKind::Image => EntryKind::Image,
                MessageKind::Card => EntryKind::Card,
                MessageKind::Voice => EntryKind::Voice,
                MessageKind::File => EntryKind::File,
            },
            text,
            file: file.map(|text| crate::http::parse_id(text, "file")).transpose()?,
        };
        let house = &self.api.house;
        if matches!(self.who, As::Guest(_))
            && self.api.config.flood_limits
            && !self.bucket.take(GUEST_RATE, house.now())
        {
            let detail = "too many messages at once; wait some seconds and send it again";
            return Err(Problem::new(ProblemKind::TooMany, "too_many", detail));
        }
        let is_image = out.file.is_some();
        let author = match &self.who {
            As::Desk(staff, _) => Author::Staff(staff),
            As::Guest(guest) => Author::Guest(guest),
        };
        let answer = yingke_app::conversation::send(house, author, thread, out);
        // A picture, and a desk's first message to a thread, are looked up before they take their place in the line.
        let used = match self.watched.iter_mut().find(|w| w.thread == thread) {
            Some(w) => std::mem::replace(&mut w.used, true),
            None => false,
        };
        self.hold |= is_image || (!used && matches!(self.who, As::Desk(..)));
        let (client_id, thread) = (client_id.to_owned(), thread.to_string());
        let (hub, begun) = (self.api.hub.clone(), tokio::time::Instant::now());
        let by_buyer = matches!(self.who, As::Guest(_));
        self.under_way.push_back(Box::pin(async move {
            let answer = answer.await;
            match &answer {
                Ok(_) => hub.counts().stored(by_buyer, begun),
                Err(problem) => hub.counts().not_stored(matches!(
                    problem.kind,
                    ProblemKind::Internal | ProblemKind::Unavailable
                )),
            }
            match answer {
                Ok(a) => Outcome::Frame(Box::new(ServerFrame::Ack {
                    client_id,
                    thread,
                    seq: a.seq,
                    at: a.at.to_string(),
                })),
                Err(problem) => {
                    let body = ProblemBody::from(&problem);
                    match problem.kind {
                        ProblemKind::Internal | ProblemKind::Unavailable => {
                            Outcome::Unclear(Box::new(ServerFrame::Problem { problem: body }))
                        }
                        _ => Outcome::Frame(Box::new(ServerFrame::Refused {
                            client_id,
                            problem: body,
                        })),
                    }
                }
            }
        }));
        Ok(())
    }

    fn read(&mut self, thread: Option<&str>, seq: i64) -> Result<(), Problem> {
        let thread = self.thread(thread)?;
        let Some(watched) = self.watched.iter().find(|w| w.thread == thread) else {
            return Err(Problem::invalid(
                "not_watched",
                "resume the thread before saying what was read of it",
            ));
        };
        // Nobody has seen what was never sent.
        let seq = seq.min(watched.last);
        if seq <= 0 {
            return Ok(());
        }
        let (house, caller) = (self.api.house.clone(), self.caller());
        self.under_way.push_back(Box::pin(async move {
            outcome_of(yingke_app::conversation::read(&house, &caller, thread, seq).await)
        }));
        Ok(())
    }

    /// Begins to follow a thread: registered first, read afterwards, so that nothing falls between.
    async fn resume(&mut self, thread: ThreadId, after: i64) -> Result<(), End> {
        if let Err(problem) = self.look(thread).await {
            return self.problem(&problem).await;
        }
        let i = match self.watched.iter().position(|w| w.thread == thread) {
            Some(i) => i,
            None if self.watched.len() >= WATCHED => {
                let detail = format!("a connection follows at most {WATCHED} threads; close one first");
                return self.problem(&Problem::conflict("too_many_watched", detail)).await;
            }
            None => {
                if matches!(self.who, As::Desk(..)) {
                    self.api.hub.watch(&self.line, thread);
                }
                self.watched.push(Watched {
                    thread,
                    last: 0,
                    used: false,
                });
                self.watched.len() - 1
            }
        };
        if after >= 0 {
            self.watched[i].last = after;
            return self.catch_up(thread).await;
        }
        let limit = after.saturating_neg().min(crate::conversation::entries::PAGE);
        match view::history(&self.api.house, &self.audience(), thread, Slice::Last, limit).await {
            Ok(history) => {
                let from = history.entries.first().map_or(0, |e| e.seq - 1);
                let more = self.entries(i, from, history).await?;
                if more { self.catch_up(thread).await } else { Ok(()) }
            }
            Err(problem) => self.problem(&problem).await,
        }
    }

    /// The thread's row, if this connection may see it.
    async fn look(&mut self, thread: ThreadId) -> Result<ThreadRow, Problem> {
        match &self.who {
            As::Desk(staff, _) => yingke_app::conversation::thread(&self.api.house, staff, thread).await,
            As::Guest(guest) => yingke_app::conversation::thread_of_guest(&self.api.house, guest).await,
        }
    }

    /// The last sequences of the watched threads, from the store: whatever was lost on the way here is noticed.
    async fn ping(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > SILENT {
            return Err(End::Gone);
        }
        self.pings = self.pings.wrapping_add(1);
        if self.pings.is_multiple_of(RECHECK) {
            self.recheck().await?;
        }
        let mut last = BTreeMap::new();
        for thread in self.watched.iter().map(|w| w.thread).collect::<Vec<_>>() {
            match self.look(thread).await {
                Ok(row) => {
                    last.insert(thread.to_string(), row.live.last_seq);
                    if self
                        .watched
                        .iter()
                        .any(|w| w.thread == thread && w.last < row.live.last_seq)
                    {
                        self.catch_up(thread).await?;
                    }
                }
                Err(problem) if problem.kind == ProblemKind::NotFound => {
                    self.watched.retain(|w| w.thread != thread);
                    self.api.hub.unwatch(&self.line, thread);
                }
                Err(problem) => self.problem(&problem).await?,
            }
        }
        let now = self.api.house.now().to_string();
        self.say(&ServerFrame::Ping { now, last }).await
    }

    /// A desk's session may have ended, or the person's role have changed.
    async fn recheck(&mut self) -> Result<(), End> {
        let As::Desk(staff, secret) = &mut self.who else {
            return Ok(());
        };
        match yingke_app::access::staff(&self.api.house, secret).await {
            Ok(Some(fresh)) => {
                *staff = fresh;
                Ok(())
            }
            Ok(None) => Err(End::Bye(Reason::SignedOut)),
            // The store could not answer: no reason to send anybody home.
            Err(_) => Ok(()),
        }
    }

    /// Says why, after everything that was promised.
    async fn goodbye(&mut self, reason: Reason) {
        if reason != Reason::TooSlow {
            let promised = async {
                while let Some(task) = self.under_way.pop_front() {
                    if let Outcome::Frame(frame) = task.await {
                        let sent = self.ws.feed(Message::Text(wire(&frame))).await;
                        if sent.is_err() {
                            return;
                        }
                    }
                }
            };
            let _in_time = timeout(GOODBYE, promised).await;
        }
        let last_words = async {
            let bye = wire(&ServerFrame::Bye {
                reason: reason.as_str().to_owned(),
            });
            if self.ws.send(Message::Text(bye)).await.is_ok() {
                let _gone_already = self.ws.send(Message::Close(None)).await;
            }
        };
        let _in_time = timeout(GOODBYE, last_words).await;
    }
}

/// The place in the hub; let go when the connection ends, also by a panic.
struct Seat {
    api: Api,
    line: Arc<Line>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.api.hub.leave(&self.line);
        if let Who::Desk { person, .. } = self.line.who {
            yingke_app::presence::disconnect(&self.api.house, person, self.line.id);
        }
    }
}

fn outcome_of(result: Result<(), Problem>) -> Outcome {
    match result {
        Ok(()) => Outcome::Nothing,
        Err(problem) => Outcome::Frame(Box::new(ServerFrame::Problem {
            problem: ProblemBody::from(&problem),
        })),
    }
}

/// A write, unless the hub gives the reader up or it takes too long.
async fn guarded(line: &Line, write: impl Future<Output = Result<(), axum::Error>>) -> Result<(), End> {
    tokio::select! {
        biased;
        written = write => written.map_err(|_| End::Gone),
        () = line.jam() => Err(End::Bye(Reason::TooSlow)),
        () = sleep(WRITE) => Err(End::Bye(Reason::TooSlow)),
    }
}

/// Where an entry stands to what was sent.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Known,
    Next,
    Gap,
}

fn place_in(last: i64, seq: i64) -> Place {
    match seq - last {
        ..=0 => Place::Known,
        1 => Place::Next,
        _ => Place::Gap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_sent_once_and_in_its_place() {
        let places: Vec<Place> = (4..=7).map(|seq| place_in(5, seq)).collect();
        assert_eq!(places, [Place::Known, Place::Known, Place::Next, Place::Gap]);
    }

    fn task(n: i64, wait: Option<tokio::sync::oneshot::Receiver<()>>) -> UnderWay {
        Box::pin(async move {
            if let Some(wait) = wait {
                let _ended = wait.await;
            }
            Outcome::Frame(Box::new(ServerFrame::Gone {
                thread: String::new(),
                rev: n,
            }))
        })
    }

    fn number(outcome: Outcome) -> i64 {
        match outcome {
            Outcome::Frame(frame) => match *frame {
                ServerFrame::Gone { rev, .. } => rev,
                _ => -1,
            },
            _ => -1,
        }
    }

    #[tokio::test]
    async fn answers_come_in_the_order_of_the_sends() {
        let (free, wait) = tokio::sync::oneshot::channel();
        let mut under_way = VecDeque::from([task(1, Some(wait)), task(2, None)]);
        assert!(
            first(&mut under_way).now_or_never().is_none(),
            "the second must not overtake the first"
        );
        free.send(()).unwrap();
        assert_eq!(number(first(&mut under_way).await), 1);
        assert_eq!(number(first(&mut under_way).await), 2);
        assert!(under_way.is_empty());
        assert!(first(&mut under_way).now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_hanging_write_ends_when_the_hub_gives_the_reader_up() {
        let who = Who::Guest {
            shop: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            thread: "00000000-0000-7000-8000-000000000002".parse().unwrap(),
            buyer: "00000000-0000-7000-8000-000000000003".parse().unwrap(),
        };
        let (line, _queue) = Line::new("00000000-0000-7000-8000-000000000004".parse().unwrap(), who);
        line.close(Reason::TooSlow);
        let written = guarded(&line, std::future::pending()).await;
        assert!(matches!(written, Err(End::Bye(Reason::TooSlow))));
        assert_eq!(line.closing().await, Reason::TooSlow);
    }
}
