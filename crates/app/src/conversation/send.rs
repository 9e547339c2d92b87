//! A message: checked, put in the line of its thread at once, answered when it is on disk.

use super::card::{self, CardChoice};
use super::{Quoted, TEXT_MAX, may_see};
use crate::{Caller, Guest, House, Problem, Result, Staff, house::problem};
use std::future::Future;
use std::sync::Arc;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::{BuyerId, ClientId, ConversationId, FileId, ProblemKind, ShopId, ThreadId};
use yingke_store::file::FileRow;
use yingke_store::{AppendJob, Appended, Ground, Queued, Tx};

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub enum Author<'a> {
    /// The buyer.
    Guest(&'a Guest),
    /// Somebody of the house.
    Staff(&'a Staff),
    /// The answering machine.
    Bot,
    /// Welcome and away texts.
    Auto,
}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// One of the message kinds.
    pub kind: EntryKind,
    /// Words; of a text only.
    pub text: String,
    /// The upload that a picture, clip or file consists of.
    pub file: Option<FileId>,
    /// Sequence of the message that it answers to.
    pub quote: Option<i64>,
    /// What a card shows.
    pub card: Option<CardChoice>,
}

impl Outgoing {
    /// Words and nothing else.
    pub fn text(client_id: ClientId, text: String) -> Self {
        Self {
            client_id,
            kind: EntryKind::Text,
            text,
            file: None,
            quote: None,
            card: None,
        }
    }

    /// Whether the store must be asked before it can take its place in the line.
    pub const fn needs_look(&self) -> bool {
        self.file.is_some() || self.quote.is_some() || self.card.is_some()
    }
}

/// What was found in the store for a message.
#[derive(Default)]
struct Found {
    file: Option<FileRow>,
    quote: Option<Quoted>,
    card: Option<card::Card>,
}

fn check(out: &Outgoing) -> Result<()> {
    let length = out.text.chars().count();
    if length > TEXT_MAX {
        return Err(Problem::invalid(
            "text_too_long",
            format!("a message has at most {TEXT_MAX} characters, this one has {length}; send it in parts"),
        ));
    }
    let is_message = out.kind.is_message();
    let wants_file = matches!(out.kind, EntryKind::Image | EntryKind::Voice | EntryKind::File);
    match out.kind {
        _ if !is_message => Err(Problem::invalid(
            "bad_kind",
            format!(
                "kind {} cannot be sent; send text, image, card, voice or file",
                out.kind.as_str()
            ),
        )),
        EntryKind::Text if out.text.trim().is_empty() => {
            Err(Problem::invalid("text_empty", "write something first"))
        }
        EntryKind::Text if out.file.is_some() => Err(Problem::invalid(
            "text_with_file",
            "a text carries no file; send kind image, voice or file",
        )),
        EntryKind::Image if out.file.is_none() => {
            Err(Problem::invalid("image_without_file", "upload the picture first"))
        }
        EntryKind::Voice | EntryKind::File if out.file.is_none() => {
            Err(Problem::invalid("file_missing", "upload it first, then send it"))
        }
        EntryKind::Card if out.card.is_none() => Err(Problem::invalid(
            "card_missing",
            "say which product, order or page the card shows",
        )),
        _ if (out.card.is_some() && out.kind != EntryKind::Card) || (out.file.is_some() && !wants_file) => {
            Err(Problem::invalid(
                "bad_kind",
                format!(
                    "kind {} does not carry that; send it as a message of its own",
                    out.kind.as_str()
                ),
            ))
        }
        _ => Ok(()),
    }
}

enum Step {
    Refused(Problem),
    Queued(Queued<Appended>),
    /// The thread's shop or the picture must be looked up first.
    Look,
}

/// Sends a message. **The call itself puts it in the line**, so that calls in order are stored in order; the future
/// gives the answer after the commit. A repeat of the same message gets the first answer.
///
/// A picture, and a thread that was not seen before, are looked up first: those take their place in the line when the
/// future is polled.
pub fn send(
    house: &House,
    from: Author<'_>,
    thread: ThreadId,
    out: Outgoing,
) -> impl Future<Output = Result<Appended>> + Send + 'static {
    let house = house.clone();
    let (sender, caller) = match from {
        Author::Guest(guest) => (Sender::Buyer(guest.buyer), Some(Caller::Guest(guest.clone()))),
        Author::Staff(staff) => (Sender::Agent(staff.person), Some(Caller::Staff(staff.clone()))),
        Author::Bot => (Sender::Bot, None),
        Author::Auto => (Sender::Auto, None),
    };
    let step = first_step(&house, sender, caller.as_ref(), thread, &out);
    async move {
        let queued = match step {
            Step::Refused(problem) => return Err(problem),
            Step::Queued(queued) => queued,
            Step::Look => {
                let found = look(&house, caller.as_ref(), thread, &out).await?;
                queue(&house, sender, thread, out, found)
            }
        };
        let appended = queued.await.map_err(problem)?;
        if let Some(Caller::Staff(staff)) = &caller {
            crate::presence::active(&house, staff.person);
        }
        Ok(appended)
    }
}

fn first_step(
    house: &House,
    sender: Sender,
    caller: Option<&Caller>,
    thread: ThreadId,
    out: &Outgoing,
) -> Step {
    if let Err(problem) = check(out) {
        return Step::Refused(problem);
    }
    match caller {
        Some(Caller::Guest(guest)) if guest.thread != thread => {
            return Step::Refused(Problem::not_found("thread"));
        }
        Some(Caller::Staff(staff)) => {
            let shop = house.0.desk.lock().shops.get(&thread).copied();
            match shop.map(|shop| may_see(house, staff, shop)) {
                Some(Err(problem)) => return Step::Refused(problem),
                Some(Ok(())) => {}
                None => return Step::Look,
            }
        }
        _ => {}
    }
    if out.needs_look() {
        return Step::Look;
    }
    Step::Queued(queue(house, sender, thread, out.clone(), Found::default()))
}

async fn look(house: &House, caller: Option<&Caller>, thread: ThreadId, out: &Outgoing) -> Result<Found> {
    let (file, quote, choice) = (out.file, out.quote, out.card.clone());
    let asker = caller.cloned();
    let here = house.clone();
    let (row, found, of_phrase) = house
        .read(move |tx| {
            let row =
                yingke_store::conversation::get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            let file = file
                .map(|id| yingke_store::file::get(tx, id))
                .transpose()?
                .flatten();
            let phrase = match (&asker, &file) {
                (Some(Caller::Staff(staff)), Some(file)) => {
                    crate::phrase::may_send(tx, row.shop, staff.person, file.id)?
                }
                _ => false,
            };
            let quote = quote.map(|seq| quoted(tx, thread, seq)).transpose()?;
            let card = choice
                .map(|choice| card::snapshot(tx, &here, row.shop, row.buyer, asker.as_ref(), &choice))
                .transpose()?;
            Ok((row, Found { file, quote, card }, phrase))
        })
        .await?;
    if let Some(Caller::Staff(staff)) = caller {
        may_see(house, staff, row.shop)?;
    }
    house.0.desk.lock().shops.insert(thread, row.shop);
    if let Some(choice) = &out.card {
        let directory = house.directory();
        card::check(house, directory.shop(row.shop), choice)?;
    }
    if out.file.is_some() {
        // A phrase's picture is sent by everybody who has the phrase, in every thread, without being uploaded again.
        let own = |f: &&FileRow| {
            (of_phrase || caller.is_some_and(|caller| f.author == caller.author())) && f.shop == row.shop
        };
        let Some(file) = found.file.as_ref().filter(own) else {
            return Err(Problem::new(
                ProblemKind::NotFound,
                "file_unknown",
                "there is no such upload of yours; upload it again",
            ));
        };
        let (is_picture, is_voice) = (file.width > 0, file.secs > 0);
        let fits = match out.kind {
            EntryKind::Image => is_picture,
            EntryKind::Voice => is_voice,
            EntryKind::File => !is_picture && !is_voice,
            _ => false,
        };
        if !fits {
            return Err(Problem::invalid(
                "file_kind",
                format!(
                    "this upload is no {}; send it as what the upload said",
                    out.kind.as_str()
                ),
            ));
        }
    }
    Ok(found)
}

/// The message of this thread that another one answers to.
fn quoted(tx: &mut Tx<'_>, thread: ThreadId, seq: i64) -> yingke_store::Result<Quoted> {
    let entry = yingke_store::conversation::entry_at(tx, thread, seq)?.filter(|e| e.kind.is_message());
    let e = entry.ok_or_else(|| {
        Problem::invalid(
            "quote_unknown",
            format!("there is no message {seq} in this thread to answer to"),
        )
    })?;
    Ok(Quoted {
        seq,
        sender: e.sender,
        author: e.author,
        kind: e.kind,
        text: e.text,
    })
}

fn queue(house: &House, sender: Sender, thread: ThreadId, out: Outgoing, found: Found) -> Queued<Appended> {
    let now = house.now();
    let policy = house.policy();
    let directory = house.directory();
    let (shop, order, unattended, is_blocked) = {
        let desk = house.0.desk.lock();
        let shop = desk.shops.get(&thread).copied();
        let unattended = matches!(sender, Sender::Buyer(_))
            && shop.is_some_and(|shop| desk.staff_of(&directory, shop, None, now) == 0);
        let is_blocked = matches!(sender, Sender::Buyer(_)) && desk.is_blocked(thread, now);
        (shop, desk.order_of(thread), unattended, is_blocked)
    };
    let lines = shop
        .and_then(|s| directory.shop(s))
        .map(|s| Arc::clone(&s.settings.lines))
        .unwrap_or_default();
    // What lists and the search show of a message that has no words of its own.
    let text = match (&found.card, &found.file) {
        (Some(card), _) => card.title().to_owned(),
        (None, Some(file)) if out.kind == EntryKind::File => file.name.clone(),
        (None, Some(_)) if out.kind == EntryKind::Voice => String::new(),
        _ => out.text,
    };
    let of_person = matches!(sender, Sender::Agent(_));
    let automatic =
        is_blocked || (out.kind == EntryKind::Text && of_person && policy.clock.is_automatic(&text));
    house.0.store.append_queued(AppendJob {
        thread,
        sender,
        client_id: out.client_id,
        kind: out.kind,
        text,
        file: found.file.map(|f| (f.id, f.about())),
        data: found.card.and_then(|card| serde_json::to_string(&card).ok()),
        quote: found.quote,
        automatic,
        at: now,
        new_conversation: ConversationId::new(now),
        policy: Arc::new(policy.conversation),
        lines,
        ground: Ground {
            order,
            unattended,
            policy: Some(policy),
        },
    })
}

/// A simulated or imported sender that is a buyer of this shop.
impl Guest {
    /// A guest of the house's own making (simulation, tests).
    pub fn of(shop: ShopId, buyer: BuyerId, thread: ThreadId, name: String) -> Self {
        Self {
            shop,
            buyer,
            thread,
            name,
        }
    }
}
