//! What the other side says: messages in the order of arrival, marks, pages, signs.

use super::{As, End, Outcome, Session, outcome_of};
use crate::http::parse_id;
use crate::limit::Rate;
use crate::ws::protocol::{
    BuyerPage, CardChoice, ClientFrame, GuardFinding, MessageKind, ProblemBody, ServerFrame,
};
use std::pin::Pin;
use yingke_app::Guest;
use yingke_app::conversation::{self as app, Author, Outgoing};
use yingke_app::guard;
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{Problem, ProblemKind, ThreadId};

/// Messages of one guest's connection: so many at once, then one each half second.
pub(super) const GUEST_RATE: Rate = Rate {
    burst: 40,
    every_ms: 500,
};
/// Pages that a guest may look at: so many at once, then one every two seconds.
pub(super) const PAGE_RATE: Rate = Rate {
    burst: 10,
    every_ms: 2_000,
};

/// A message on its way into the store.
type Sending = Pin<Box<dyn Future<Output = Result<app::Appended, Unsent>> + Send>>;

/// What a `send` carries.
struct Message {
    kind: MessageKind,
    text: String,
    file: Option<String>,
    quote: Option<i64>,
    card: Option<CardChoice>,
    overrule: bool,
}

/// A message that was not stored, with what the guard found in it.
struct Unsent(Problem, Option<Vec<GuardFinding>>);

impl From<Problem> for Unsent {
    fn from(problem: Problem) -> Self {
        Self(problem, None)
    }
}

/// Nothing, when a text may go out; else why not, and what was found.
fn let_through(reading: &guard::Reading, overrule: bool) -> Result<(), Unsent> {
    match guard::refusal(reading, overrule) {
        // The page has the words of each reason's code in its own language; these are for whoever has not.
        Some(problem) => Err(Unsent(problem, Some(GuardFinding::all(reading, "")))),
        None => Ok(()),
    }
}

/// What a card is to show.
fn choice(card: CardChoice) -> Result<app::CardChoice, Problem> {
    Ok(match card {
        CardChoice::Product(id) => app::CardChoice::Product(parse_id(&id, "card.product")?),
        CardChoice::Order(id) => app::CardChoice::Order(parse_id(&id, "card.order")?),
        CardChoice::Page(page) => app::CardChoice::Page(app::PageCard {
            title: page.title,
            address: page.address,
            price_fen: page.price_fen,
            picture: page.picture,
            product: page.product,
        }),
    })
}

impl Session {
    pub(super) async fn frame(&mut self, frame: ClientFrame, other: &mut Option<Guest>) -> Result<(), End> {
        match frame {
            ClientFrame::Send {
                thread,
                client_id,
                kind,
                text,
                file,
                quote,
                card,
                overrule,
            } => {
                let sent = Message {
                    kind,
                    text,
                    file,
                    quote,
                    card,
                    overrule,
                };
                match self.send(thread.as_deref(), &client_id, sent) {
                    Ok(()) => Ok(()),
                    Err(problem) => {
                        let problem = ProblemBody::from(&problem);
                        self.say(&ServerFrame::Refused { client_id, problem }).await
                    }
                }
            }
            ClientFrame::Typing { thread, on } => {
                if let Ok(thread) = self.thread(thread.as_deref())
                    && self.watches(thread)
                {
                    let name = match &self.who {
                        As::Desk(staff, _) => {
                            if on {
                                yingke_app::routing::writes(&self.api.house, staff.person, thread);
                            }
                            &staff.name
                        }
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
            ClientFrame::Rate { score, text } => match self.rate(score, text) {
                Ok(()) => Ok(()),
                Err(problem) => self.problem(&problem).await,
            },
            ClientFrame::Page {
                title,
                address,
                product,
            } => {
                self.page(title, address, product);
                Ok(())
            }
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
    pub(super) fn thread(&self, named: Option<&str>) -> Result<ThreadId, Problem> {
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
    fn send(&mut self, thread: Option<&str>, client_id: &str, sent: Message) -> Result<(), Problem> {
        let thread = self.thread(thread)?;
        let out = Outgoing {
            client_id: parse_id(client_id, "client_id")?,
            kind: match sent.kind {
                MessageKind::Text => EntryKind::Text,
                MessageKind::Image => EntryKind::Image,
                MessageKind::Card => EntryKind::Card,
                MessageKind::Voice => EntryKind::Voice,
                MessageKind::File => EntryKind::File,
            },
            text: sent.text,
            file: sent.file.map(|text| parse_id(&text, "file")).transpose()?,
            quote: sent.quote,
            card: sent.card.map(choice).transpose()?,
        };
        self.take_turn()?;
        let house = &self.api.house;
        let overrule = sent.overrule;
        // Words of a person of the house are read before they are stored (R-SPEECH).
        let read = match &self.who {
            As::Desk(staff, _) if out.kind == EntryKind::Text => {
                Some((staff, guard::gate(house, staff, thread, &out.text)))
            }
            _ => None,
        };
        let overruled = match &self.who {
            As::Desk(staff, _) if overrule && out.kind == EntryKind::Text => {
                Some((house.clone(), staff.clone(), out.text.clone()))
            }
            _ => None,
        };
        let author = match &self.who {
            As::Desk(staff, _) => Author::Staff(staff),
            As::Guest(guest) => Author::Guest(guest),
        };
        let shut = match &read {
            Some((_, guard::Gate::Read(reading))) => let_through(reading, overrule).err(),
            _ => None,
        };
        let asks = shut.is_some() || matches!(read, Some((_, guard::Gate::Ask)));
        let needs_look = out.needs_look() || asks;
        let answer: Sending = match read {
            Some((staff, _)) if asks => {
                let (house, staff) = (house.clone(), staff.clone());
                Box::pin(async move {
                    let unsent = match shut {
                        Some(unsent) => Some(unsent),
                        None => {
                            let reading = guard::read_at_send(&house, &staff, thread, &out.text).await?;
                            let_through(&reading, overrule).err()
                        }
                    };
                    // What was let through once is answered again as it was, though the buyer may have asked something else since.
                    if let Some(unsent) = unsent
                        && !guard::is_sent(&house, &staff, thread, out.client_id).await?
                    {
                        return Err(unsent);
                    }
                    Ok(app::send(&house, Author::Staff(&staff), thread, out).await?)
                })
            }
            _ => {
                let stored = app::send(house, author, thread, out);
                Box::pin(async move { Ok(stored.await?) })
            }
        };
        // What carries more than words, and a desk's first message to a thread, are looked up before they take their place in the line.
        let used = match self.watched.iter_mut().find(|w| w.thread == thread) {
            Some(w) => std::mem::replace(&mut w.used, true),
            None => false,
        };
        self.hold |= needs_look || (!used && matches!(self.who, As::Desk(..)));
        let (client_id, asked, thread) = (client_id.to_owned(), thread, thread.to_string());
        let (hub, begun) = (self.api.hub.clone(), tokio::time::Instant::now());
        let by_buyer = matches!(self.who, As::Guest(_));
        self.under_way.push_back(Box::pin(async move {
            let answer = answer.await;
            if let (Ok(stored), Some((house, staff, text))) = (&answer, &overruled)
                && let Err(problem) = guard::overruled(house, staff, asked, stored.seq, text).await
            {
                // The message is stored and must be answered; the record is not worth a second one.
                tracing::warn!(%problem, "an overruled warning was not recorded");
            }
            match &answer {
                Ok(_) => hub.counts().stored(by_buyer, begun),
                Err(Unsent(problem, _)) => hub.counts().not_stored(matches!(
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
                Err(Unsent(problem, findings)) => {
                    let mut body = ProblemBody::from(&problem);
                    body.findings = findings;
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

    /// The buyer's mark; refused by a `problem`, told to everybody by its entry.
    fn rate(&mut self, score: i64, text: String) -> Result<(), Problem> {
        let As::Guest(guest) = &self.who else {
            return Err(Problem::forbidden("only a buyer gives a mark"));
        };
        let (house, guest) = (self.api.house.clone(), guest.clone());
        self.take_turn()?;
        self.under_way.push_back(Box::pin(async move {
            let rated = yingke_app::conversation::rate(&house, &guest, score, text).await;
            outcome_of(rated.map(|_| ()))
        }));
        Ok(())
    }

    /// What the buyer looks at. Too many, and pages that are none of the shop's, are passed over: the buyer waits for no answer.
    fn page(&mut self, title: String, address: String, product: Option<String>) {
        let As::Guest(guest) = &self.who else { return };
        if self.api.config.flood_limits && !self.pages.take(PAGE_RATE, self.api.house.now()) {
            return;
        }
        let (api, guest) = (self.api.clone(), guest.clone());
        self.under_way.push_back(Box::pin(async move {
            match yingke_app::conversation::look_at(&api.house, &guest, title, address, product).await {
                Ok(page) => {
                    let row = yingke_app::conversation::thread_of_guest(&api.house, &guest).await;
                    let holder = row.ok().and_then(|row| row.live.holder);
                    let page = BuyerPage {
                        title: page.title,
                        address: page.address,
                        product: page.product,
                        at: page.at,
                    };
                    api.hub.page(guest.thread, holder, page);
                }
                Err(problem) => tracing::debug!(%problem, "a page was not kept"),
            }
            Outcome::Nothing
        }));
    }

    /// One of the guest's turns to write; desks have no limit.
    fn take_turn(&mut self) -> Result<(), Problem> {
        let now = self.api.house.now();
        if matches!(self.who, As::Guest(_))
            && self.api.config.flood_limits
            && !self.bucket.take(GUEST_RATE, now)
        {
            self.bucket.empty(now);
            let detail = "too many messages at once; wait some seconds and send it again";
            return Err(Problem::new(ProblemKind::TooMany, "too_many", detail));
        }
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
}
