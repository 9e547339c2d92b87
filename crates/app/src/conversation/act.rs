//! What agents do with a conversation: take, transfer, give back, close, waive, recall, read.

use super::about::known_line;
use super::{LineData, Void, checked, may_act, past_of, refused, shops};
use crate::access::audited;
use crate::{Caller, Directory, House, Problem, Result, Staff};
use std::sync::Arc;
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::{self as rules, Change, Closer, EntryKind, Sender, Target};
use yingke_domain::escalation::{self, Giving, Goal, Standing, Upward, Way};
use yingke_domain::policy::Policy;
use yingke_domain::presence::State;
use yingke_kernel::{FileId, PersonId, Stamp, ThreadId};
use yingke_store::conversation::{Note, ThreadRow, apply, get};
use yingke_store::{Effect, Lane, Tx};

/// Most characters of a handover note.
const NOTE_MAX: usize = 1_000;

/// What is known of whoever gives a conversation to whom, when it is given out of hand.
#[derive(Clone)]
struct Hand {
    directory: Arc<Directory>,
    policy: Arc<Policy>,
    /// With everything else that they hold.
    handover: bool,
}

impl Hand {
    /// How the conversation goes out of the hand of `by` (R-DESK-13); `None` = it is not theirs to give, somebody else's is taken.
    fn way(&self, t: &ThreadRow, by: PersonId, to: &Destination) -> Option<Way> {
        if t.live.holder.is_some_and(|holder| holder != by) {
            return None;
        }
        let (mine, theirs) = match to {
            Destination::Person(to) => (
                self.directory.seats(t.shop, by),
                self.directory.seats(t.shop, *to),
            ),
            _ => (self.directory.seats(t.shop, by), Arc::default()),
        };
        let standing = |person, seats| {
            let is = self.directory.person(person);
            Standing {
                leads: is.is_some_and(|p| allows(p.role, Right::TakeOver)),
                grade: is.and_then(|p| p.grade),
                seats,
            }
        };
        let to = match to {
            Destination::Person(to) => Goal::Person {
                is: standing(*to, &theirs),
                known: t.live.last_agent == Some(*to),
            },
            Destination::Line(line) => Goal::Line(line),
            Destination::Queue => Goal::Queue,
        };
        let giving = Giving {
            line: t.live.line.as_deref(),
            by: standing(by, &mine),
            to,
            handover: self.handover,
            promised: t.promise.is_some(),
        };
        Some(escalation::way(&giving, &self.policy.incident))
    }
}

/// Runs one act on one thread: the rules on the row as it is now, then the write.
#[expect(clippy::too_many_arguments, reason = "each act differs in all of them")]
async fn act(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    note: Note,
    audit: Option<&'static str>,
    to: Option<Destination>,
    hand: Option<Hand>,
    decide: impl Fn(&mut Tx<'_>, &ThreadRow, Stamp) -> yingke_store::Result<Change> + Send + 'static,
) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let now = house.now();
    let allowed = shops(house, staff);
    let who = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, get(tx, thread)?)?;
            let change = decide(tx, &t, now)?;
            let mut note = note.clone();
            if change.entries.last().is_some_and(|e| e.kind == EntryKind::Close) {
                // Whoever undoes the close finds the line again.
                note.data = line_data(t.live.line.as_deref());
            }
            if let Some(act) = audit {
                let detail = trail(t.live.holder, to.as_ref(), &note.text);
                audited(tx, now, Some(who.person), act, &thread.to_string(), &detail)?;
            }
            let mut way = None;
            if let (Some(hand), Some(to)) = (&hand, &to) {
                way = hand.way(&t, who.person, to);
                let given = LineData {
                    line: to.line().map(str::to_owned),
                    way,
                    from_line: t.live.line.clone(),
                };
                note.data = serde_json::to_string(&given).ok();
            }
            let t = apply(tx, t, change, note, now)?;
            if let (Some(Way::Up), Some(to)) = (way, &to) {
                let (to_person, to_line) = (to.person(), to.line().map(str::to_owned));
                crate::escalation::record(tx, &t, who.person, Upward::Transfer, to_person, to_line, now)?;
            }
            Ok(t)
        })
        .await
}

/// What the trail keeps of a conversation that changes hands, as JSON: `from` whom (none = it waited), to whom (`to`, `line` or
/// `queue`), and the `note`.
#[derive(Default, serde::Serialize)]
struct Trail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    queue: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
}

/// The detail of a line of the trail; an act that leaves the conversation where it is has its words only.
fn trail(holder: Option<PersonId>, to: Option<&Destination>, note: &str) -> String {
    let mut trail = Trail {
        from: holder.map(|person| person.to_string()),
        note,
        ..Trail::default()
    };
    match to {
        None => return note.to_owned(),
        Some(Destination::Person(person)) => trail.to = Some(person.to_string()),
        Some(Destination::Line(line)) => trail.line = Some(line),
        Some(Destination::Queue) => trail.queue = true,
    }
    serde_json::to_string(&trail).unwrap_or_else(|_| note.to_owned())
}

fn seen() -> Note {
    Note {
        seen: true,
        ..Note::default()
    }
}

/// Takes a conversation: from the queue, or (with the right, or asked to look along) from a colleague.
pub async fn take(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    // Whoever was asked to look along may take the large order over (R-DESK-18).
    let may_take =
        allows(me.role, Right::TakeOver) || crate::routing::partner_of(house, thread) == Some(me.person);
    act(
        house,
        staff,
        thread,
        Note::default(),
        Some("conversation.take"),
        Some(Destination::Person(staff.person)),
        None,
        move |_, t, now| {
            let by = Sender::Agent(me.person);
            let change = match t.live.holder {
                Some(holder) if holder != me.person && may_take => {
                    rules::transfer(t.live.clone(), holder, Target::Person(me.person), by, now)
                }
                _ => rules::assign(t.live.clone(), me.person, by, now),
            };
            change.map_err(refused)
        },
    )
    .await
}

/// Where a conversation is passed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A colleague who is online.
    Person(PersonId),
    /// The queue of a line (R-DESK-03).
    Line(String),
    /// Back to the queue that it came from.
    Queue,
}

impl Destination {
    fn line(&self) -> Option<&str> {
        match self {
            Self::Line(line) => Some(line),
            _ => None,
        }
    }
    fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(*person),
            _ => None,
        }
    }
}

/// Passes a conversation on to a colleague, a line, or back to the queue, with a note that only colleagues see (R-DESK-10).
///
/// # Errors
/// `note_too_long`, `not_online`, `not_member`, `line_unknown`, `held_by_other`.
pub async fn transfer(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    to: Destination,
    note: String,
) -> Result<ThreadRow> {
    give_on(house, staff, thread, to, note, false).await
}

/// As [`transfer`]; `handover`: with everything else that the caller holds.
pub(crate) async fn give_on(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    to: Destination,
    note: String,
    handover: bool,
) -> Result<ThreadRow> {
    if note.chars().count() > NOTE_MAX {
        return Err(Problem::invalid(
            "note_too_long",
            format!("a handover note has at most {NOTE_MAX} characters"),
        ));
    }
    let directory = house.directory();
    if let Destination::Person(to) = to {
        let person = directory
            .person(to)
            .filter(|p| p.active)
            .ok_or_else(|| Problem::not_found("person"))?;
        if crate::presence::state_of(house, to) != State::Online {
            return Err(Problem::conflict(
                "not_online",
                format!("{} is not online; choose somebody who is", person.name),
            ));
        }
    }
    let me = staff.clone();
    let hand = Hand {
        directory: Arc::clone(&directory),
        policy: house.policy(),
        handover,
    };
    act(
        house,
        staff,
        thread,
        Note {
            text: note,
            ..Note::default()
        },
        Some("conversation.transfer"),
        Some(to.clone()),
        Some(hand),
        move |_, t, now| {
            may_act(&me, t.live.holder)?;
            let by = Sender::Agent(me.person);
            let live = t.live.clone();
            match (t.live.holder, &to) {
                (holder, Destination::Person(to)) => {
                    if !directory.is_member(t.shop, *to) {
                        let detail = "this colleague does not work for this shop";
                        return Err(Problem::conflict("not_member", detail).into());
                    }
                    match holder {
                        Some(holder) => rules::transfer(live, holder, Target::Person(*to), by, now),
                        None => rules::assign(live, *to, by, now),
                    }
                }
                (holder, Destination::Line(line)) => {
                    if !known_line(&directory, t.shop, line) {
                        let detail = format!("nobody of this shop works in the line {line:?}");
                        return Err(Problem::conflict("line_unknown", detail).into());
                    }
                    match holder {
                        Some(holder) => rules::transfer(live, holder, Target::Line(line.clone()), by, now),
                        None => rules::redirect(live, line.clone(), by, now),
                    }
                }
                (Some(_), Destination::Queue) => rules::requeue(live, false, now),
                (None, Destination::Queue) => Err(rules::ConversationError::NotHeld),
            }
            .map_err(refused)
        },
    )
    .await
}

/// Payload that names a line.
pub(crate) fn line_data(line: Option<&str>) -> Option<String> {
    let data = LineData {
        line: Some(line?.to_owned()),
        ..LineData::default()
    };
    serde_json::to_string(&data).ok()
}

/// Gives a conversation back to the queue.
pub async fn requeue(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    transfer(house, staff, thread, Destination::Queue, String::new()).await
}

/// Closes a conversation; an open turn ends unanswered.
pub async fn close(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    act(
        house,
        staff,
        thread,
        seen(),
        None,
        None,
        None,
        move |_, t, now| {
            may_act(&me, t.live.holder)?;
            rules::close(t.live.clone(), Closer::Agent(me.person), now).map_err(refused)
        },
    )
    .await
}

/// The open turn needs no answer: no alarm, no fine; on the audit trail (2.1).
pub async fn waive(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    let me = staff.clone();
    let policy = house.policy();
    act(
        house,
        staff,
        thread,
        seen(),
        Some("conversation.waive"),
        None,
        None,
        move |_, t, now| {
            may_act(&me, t.live.holder)?;
            rules::waive(t.live.clone(), me.person, now, &policy.conversation).map_err(refused)
        },
    )
    .await
}

/// Takes one's own message back. The words are no longer kept; that there was a message is. A file that no other message
/// uses goes, too.
///
/// # Errors
/// `recall_late`, `recalled_already`, `not_found` for what is no message of the caller's.
pub async fn recall(house: &House, staff: &Staff, thread: ThreadId, seq: i64) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let now = house.now();
    let allowed = shops(house, staff);
    let me = staff.person;
    let policy = house.policy();
    let within = policy.conversation.recall_secs;
    crate::presence::active(house, me);
    let (row, unused) = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let mut t = checked(&allowed, get(tx, thread)?)?;
            let entry = yingke_store::conversation::entry_at(tx, thread, seq)?
                .filter(|e| e.kind.is_message() && e.sender == "agent" && e.author == me.0)
                .ok_or_else(|| Problem::not_found("message of yours"))?;
            if now.secs_since(entry.at) > within {
                return Err(Problem::conflict(
                    "recall_late",
                    format!("a message can be taken back for {within} s"),
                )
                .into());
            }
            let recalled = yingke_store::conversation::recalled(tx, thread)?;
            if recalled.contains(&seq) {
                return Err(
                    Problem::conflict("recalled_already", "this message was taken back already").into(),
                );
            }
            let past = yingke_store::conversation::entries_of(tx, thread, entry.conversation)?;
            if t.live.conversation.is_none_or(|open| open == entry.conversation) {
                // The list shows the last words that still stand.
                let left = past.iter().rev().find(|e| {
                    e.kind.is_message() && e.sender != "auto" && e.seq != seq && !recalled.contains(&e.seq)
                });
                yingke_store::conversation::show_last(&mut t, left);
            }
            let void = Void::of(&past, recalled);
            let past = past.iter().map(|e| (e.seq, e.at, past_of(e, &void)));
            let reopened = rules::reopened(past, seq);
            let change = rules::recall(
                t.live.clone(),
                Sender::Agent(me),
                seq,
                entry.conversation,
                reopened,
                now,
                &policy.conversation,
            )
            .map_err(refused)?;
            yingke_store::conversation::blank_entry(tx, thread, seq)?;
            let unused = forget_unused(tx, entry.file)?;
            crate::call::unsay(tx, thread, seq, me, now)?;
            audited(tx, now, Some(me), "conversation.recall", &thread.to_string(), "")?;
            Ok((apply(tx, t, change, Note::default(), now)?, unused))
        })
        .await?;
    crate::file::remove_bytes(house, unused.as_slice()).await;
    Ok(row)
}

/// Forgets a file that no message uses any more; its bytes go after the commit.
fn forget_unused(tx: &mut Tx<'_>, file: Option<FileId>) -> yingke_store::Result<Option<FileId>> {
    let Some(file) = file else { return Ok(None) };
    if yingke_store::file::uses(tx, file)? > 0 {
        return Ok(None);
    }
    yingke_store::file::delete(tx, &[file.bytes()])?;
    Ok(Some(file))
}

/// The caller has seen everything up to `seq`.
pub async fn read(house: &House, who: &Caller, thread: ThreadId, seq: i64) -> Result<()> {
    let by_buyer = match who {
        Caller::Guest(guest) if guest.thread == thread => true,
        Caller::Guest(_) => return Err(Problem::not_found("thread")),
        Caller::Staff(_) => false,
    };
    let allowed = match who {
        Caller::Staff(staff) => Some(shops(house, staff)),
        Caller::Guest(_) => None,
    };
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = match &allowed {
                Some(shops) => checked(shops, get(tx, thread)?)?,
                None => get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?,
            };
            if yingke_store::conversation::set_read(tx, thread, by_buyer, seq)? {
                tx.emit(Effect::Read {
                    shop: t.shop,
                    thread,
                    by_buyer,
                    seq,
                });
                if t.marked_unread
                    && !by_buyer
                    && let Some(t) = get(tx, thread)?
                {
                    tx.emit(Effect::Marked(Arc::new(t)));
                }
            }
            Ok(())
        })
        .await
}
