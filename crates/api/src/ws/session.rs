//! One connection: one task, from the upgrade to the goodbye.
//!
//! What it sends of a thread's entries is without a hole: it keeps the last sequence it has sent, drops what it has sent before,
//! and reads the store when something is missing. What it receives goes to the writer in the order of arrival. At most
//! [`UNANSWERED`] sends are under way; then it stops reading, and the sender waits.

mod pinging;
mod sending;
mod watching;

use self::sending::{GUEST_RATE, PAGE_RATE};
use crate::conversation::view::{self, Audience};
use crate::http::Api;
use crate::limit::Bucket;
use crate::ws::hub::{Delivery, Line, Reason, Who, wire};
use crate::ws::protocol::{ClientFrame, ProblemBody, ServerFrame};
use crate::ws::{holder_name, place_of};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{FutureExt, SinkExt};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use yingke_app::{Caller, Guest, Staff};
use yingke_kernel::{ConnectionId, Problem, ShopId, ThreadId};

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
    /// Pages that the guest may still look at.
    pages: Bucket,
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
            pages: Bucket::full(PAGE_RATE, now),
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
                    let wait_secs = yingke_app::conversation::queue_estimate(&house, row.id, place);
                    self.say(&ServerFrame::Queue {
                        place,
                        agent,
                        open,
                        wait_secs,
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
                let person = staff.person;
                let rows = rows.iter().map(|t| view::row_for(house, t, person)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

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
