//! A message: checked, put in the line of its thread at once, answered when it is on disk.

use super::{TEXT_MAX, may_see};
use crate::{Caller, Guest, House, Problem, Result, Staff, house::problem};
use std::future::Future;
use std::sync::Arc;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::{BuyerId, ClientId, ConversationId, FileId, ProblemKind, ShopId, ThreadId};
use yingke_store::file::FileAbout;
use yingke_store::{AppendJob, Appended, Ground, Queued};

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
    /// `Text` or `Image`.
    pub kind: EntryKind,
    /// Words.
    pub text: String,
    /// The picture, with its pixels when the caller knows them (from the upload); else they are looked up.
    pub file: Option<FileId>,
}

fn check(out: &Outgoing) -> Result<()> {
    let length = out.text.chars().count();
    if length > TEXT_MAX {
        return Err(Problem::invalid(
            "text_too_long",
            format!("a message has at most {TEXT_MAX} characters, this one has {length}; send it in parts"),
        ));
    }
    match out.kind {
        EntryKind::Text if out.text.trim().is_empty() => {
            Err(Problem::invalid("text_empty", "write something first"))
        }
        EntryKind::Text if out.file.is_some() => Err(Problem::invalid(
            "text_with_file",
            "a text carries no file; send kind image",
        )),
        EntryKind::Image if out.file.is_none() => {
            Err(Problem::invalid("image_without_file", "upload the picture first"))
        }
        EntryKind::Text | EntryKind::Image => Ok(()),
        other => Err(Problem::invalid(
            "bad_kind",
            format!("kind {} cannot be sent; send text or image", other.as_str()),
        )),
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
                let size = look(&house, caller.as_ref(), thread, &out).await?;
                queue(&house, sender, thread, out, size)
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
    if out.file.is_some() {
        return Step::Look;
    }
    Step::Queued(queue(house, sender, thread, out.clone(), None))
}

async fn look(
    house: &House,
    caller: Option<&Caller>,
    thread: ThreadId,
    out: &Outgoing,
) -> Result<Option<(FileId, FileAbout)>> {
    let file = out.file;
    let (row, file) = house
        .read(move |tx| {
            let row = yingke_store::conversation::get(tx, thread)?;
            let file = file
                .map(|id| yingke_store::file::get(tx, id))
                .transpose()?
                .flatten();
            Ok((row, file))
        })
        .await?;
    let row = row.ok_or_else(|| Problem::not_found("thread"))?;
    if let Some(Caller::Staff(staff)) = caller {
        may_see(house, staff, row.shop)?;
    }
    house.0.desk.lock().shops.insert(thread, row.shop);
    match (out.file, file, caller) {
        (None, _, _) => Ok(None),
        (Some(_), Some(f), Some(caller)) if f.author == caller.author() && f.shop == row.shop => {
            Ok(Some((f.id, f.about())))
        }
        _ => Err(Problem::new(
            ProblemKind::NotFound,
            "file_unknown",
            "there is no such upload of yours; upload it again",
        )),
    }
}

fn queue(
    house: &House,
    sender: Sender,
    thread: ThreadId,
    out: Outgoing,
    file: Option<(FileId, FileAbout)>,
) -> Queued<Appended> {
    let now = house.now();
    let policy = house.policy();
    let shop = house.0.desk.lock().shops.get(&thread).copied();
    let directory = house.directory();
    let lines = shop
        .and_then(|s| directory.shop(s))
        .map(|s| Arc::clone(&s.settings.lines))
        .unwrap_or_default();
    let automatic = matches!(sender, Sender::Agent(_)) && policy.clock.is_automatic(&out.text);
    house.0.store.append_queued(AppendJob {
        thread,
        sender,
        client_id: out.client_id,
        kind: out.kind,
        text: out.text,
        file,
        automatic,
        at: now,
        new_conversation: ConversationId::new(now),
        policy: Arc::new(policy.conversation),
        lines,
        data: None,
        quote: None,
        ground: Ground {
            policy: Some(policy),
            ..Ground::default()
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
