//! Marks: proposed by whoever reads the words, decided by a supervisor who is somebody else.

use super::{AbuseMark, reason_of, said, words_of};
use crate::access::{audited, require};
use crate::conversation::{Void, checked, may_act, past_of, refused, remark};
use crate::{House, Problem, Result, Staff};
use yingke_domain::abuse::{self as rules, Decision, MarkState, Refusal, Sort};
use yingke_domain::access::{Right, allows};
use yingke_domain::conversation::{EntryKind, mark as mark_rule, reopened, unmark};
use yingke_kernel::{MarkId, PersonId, Stamp, ThreadId};
use yingke_store::abuse::{self as rows, BlockRow, MarkRow};
use yingke_store::conversation::{self as talk, Note, ThreadRow, apply};
use yingke_store::{Lane, Tx};

/// Marks told at once.
const TOLD: i64 = 500;

/// What became of a proposal.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The mark.
    pub mark: MarkRow,
    /// The polite answer for the draft; `None` = it was given in this conversation already.
    pub answer: Option<String>,
    /// When it was given, if it was.
    pub answered_at: Option<Stamp>,
}

fn told(refusal: Refusal) -> Problem {
    let code = match refusal {
        Refusal::Settled => "mark_settled",
        Refusal::Own => "own_mark",
        Refusal::NotOwn => "not_own_mark",
        Refusal::NotConfirmed => "mark_not_confirmed",
    };
    Problem::conflict(code, refusal.to_string())
}

fn note_of(m: &MarkRow, what: &str) -> AbuseMark {
    AbuseMark {
        what: what.to_owned(),
        sort: Some(m.sort.as_str().to_owned()),
        mark: Some(m.id.to_string()),
        seq: m.seq,
        until: None,
    }
}

fn trail(tx: &mut Tx<'_>, m: &MarkRow, by: PersonId, act: &str, now: Stamp) -> yingke_store::Result<()> {
    let detail = serde_json::json!({ "sort": m.sort.as_str(), "seq": m.seq, "state": m.state.as_str() });
    audited(tx, now, Some(by), act, &m.thread.to_string(), &detail.to_string())
}

/// The polite answer: the team's phrase, else the house's own words.
fn polite(tx: &mut Tx<'_>, t: &ThreadRow, codes: &[String], language: &str) -> yingke_store::Result<String> {
    if let Some(set) = yingke_store::phrase::find_set(tx, t.shop, None)? {
        for code in codes {
            let phrase = yingke_store::phrase::by_code(tx, set.id, code)?;
            if let Some(text) = phrase.map(|p| p.text).filter(|text| !text.trim().is_empty()) {
                return Ok(text);
            }
        }
    }
    Ok(said(language, "answer"))
}

/// Proposes that a message (`seq`), or all that the buyer wrote in the last conversation (`None`), is abuse. The figures stay as they
/// are until a supervisor confirms it (R-DESK-12). Gives the one polite answer of the conversation for the draft.
///
/// # Errors
/// `no_such_entry` for what is no message of the buyer; `marked_already`; `mark_imported`; `held_by_other`; `too_long`.
pub async fn propose(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    seq: Option<i64>,
    sort: Sort,
    reason: &str,
) -> Result<Proposed> {
    require(staff, Right::Receive)?;
    let reason = words_of(reason)?;
    let allowed = house.shops_of(staff);
    let directory = house.directory();
    let policy = house.policy();
    let now = house.now();
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, talk::get(tx, thread)?)?;
            may_act(&me, t.live.holder)?;
            let conversation = match seq {
                None => remark::subject(tx, &t, now)?,
                Some(seq) => {
                    let of = talk::entry_at(tx, thread, seq)?;
                    let of = of.filter(|e| e.kind.is_message() && e.sender == "buyer" && !e.automatic);
                    let detail = "only what the buyer wrote, and was listened to, can be marked";
                    of.ok_or_else(|| Problem::invalid("no_such_entry", detail))?
                        .conversation
                }
            };
            if rows::is_imported(tx, conversation)? {
                let detail = "this conversation came from a file; its figures are the platform's";
                return Err(Problem::conflict("mark_imported", detail).into());
            }
            let seq = seq.unwrap_or(0);
            let of_thread = rows::marks_of_thread(tx, thread)?;
            let before: Vec<&MarkRow> = of_thread
                .iter()
                .filter(|m| m.conversation == conversation)
                .collect();
            let stands = |m: &&&MarkRow| matches!(m.state, MarkState::Open | MarkState::Confirmed);
            // A confirmed mark of the whole reaches to where it was confirmed: what came after may be marked anew.
            let covers = |m: &MarkRow| match (m.seq, m.entry) {
                (0, Some(entry)) => seq > 0 && seq < entry,
                (of, _) => of == 0 || of == seq,
            };
            if before.iter().filter(stands).any(|m| covers(m)) {
                let detail = "these words are marked already";
                return Err(Problem::conflict("marked_already", detail).into());
            }
            let answered_at = before.iter().filter(|m| m.answered).map(|m| m.at).min();
            let answer = match answered_at {
                Some(_) => None,
                None => {
                    let language = directory.shop(t.shop).map_or("zh-CN", |s| s.settings.language());
                    Some(polite(tx, &t, &policy.abuse.answer_codes, language)?)
                }
            };
            let row = MarkRow {
                id: MarkId::new(now),
                shop: t.shop,
                thread,
                conversation,
                seq,
                sort,
                person: me.person,
                at: now,
                reason: reason.clone(),
                answered: answer.is_some(),
                state: MarkState::Open,
                decided_by: None,
                decided_at: None,
                note: String::new(),
                entry: None,
            };
            rows::propose(tx, &row)?;
            remark::inside(tx, t, me.person, reason.clone(), note_of(&row, "proposed"), now)?;
            trail(tx, &row, me.person, "abuse.mark", now)?;
            Ok(Proposed {
                mark: row,
                answer,
                answered_at,
            })
        })
        .await
}

/// Proposals of the caller's shops that nobody has decided, oldest first.
pub async fn open_marks(house: &House, staff: &Staff) -> Result<Vec<MarkRow>> {
    require(staff, Right::Approve)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    house.read(move |tx| rows::marks_open(tx, &shops)).await
}

/// Marks of the caller's shops, decided or not, latest first.
pub async fn marks(house: &House, staff: &Staff, from: Stamp, to: Stamp) -> Result<Vec<MarkRow>> {
    require(staff, Right::Approve)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    house
        .read(move |tx| rows::marks_between(tx, &shops, from, to, TOLD))
        .await
}

/// What is on record about a buyer's words.
#[derive(Debug, Clone)]
pub struct Board {
    /// Marks of the thread, in order.
    pub marks: Vec<MarkRow>,
    /// The block that holds now.
    pub block: Option<BlockRow>,
    /// Whether the caller may block and lift.
    pub may_block: bool,
}

/// Marks of a thread, in order, and the block that holds.
pub async fn board(house: &House, staff: &Staff, thread: ThreadId) -> Result<Board> {
    require(staff, Right::Receive)?;
    let allowed = house.shops_of(staff);
    let now = house.now();
    let may_block = house.policy().abuse.agent_blocks || allows(staff.role, Right::Approve);
    house
        .read(move |tx| {
            checked(&allowed, talk::get(tx, thread)?)?;
            let blocks = rows::blocks_of_thread(tx, thread)?;
            Ok(Board {
                marks: rows::marks_of_thread(tx, thread)?,
                block: blocks
                    .into_iter()
                    .find(|b| rules::is_blocked(b.until, b.lifted_at, now)),
                may_block,
            })
        })
        .await
}

/// Confirms, refuses or takes back a mark; a confirmed one is taken back by whoever decides, with a reason, and its words owe an answer
/// and count again. Confirmed words owe no answer and are out of the response figures from the next
/// reading on; nobody decides their own (R-DESK-12).
///
/// # Errors
/// `mark_settled` if somebody was faster, `own_mark`, `not_own_mark`, `mark_not_confirmed`; `reason_missing` for a refusal or for what is
/// taken back without words.
pub async fn decide(house: &House, staff: &Staff, id: MarkId, what: Decision, note: &str) -> Result<MarkRow> {
    require(
        staff,
        if what == Decision::Withdraw {
            Right::Receive
        } else {
            Right::Approve
        },
    )?;
    let note = if matches!(what, Decision::Refuse | Decision::Revoke) {
        reason_of(note)?
    } else {
        words_of(note)?
    };
    let allowed = house.shops_of(staff);
    let policy = house.policy();
    let (me, now) = (staff.person, house.now());
    crate::presence::active(house, me);
    let found = house.read(move |tx: &mut Tx<'_>| rows::mark(tx, id)).await?;
    let lane = found.map_or(Lane::Any, |m| Lane::from(m.thread));
    house
        .write(lane, move |tx: &mut Tx<'_>| {
            let m = rows::mark(tx, id)?
                .filter(|m| allowed.contains(&m.shop))
                .ok_or_else(|| Problem::not_found("mark"))?;
            let state = rules::decide(m.state, m.person, me, what).map_err(told)?;
            let t = talk::get(tx, m.thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            let mut m = MarkRow {
                state,
                decided_by: Some(me),
                decided_at: Some(now),
                note: note.clone(),
                ..m
            };
            if state == MarkState::Revoked {
                revoke(tx, t, &m, me, &policy.conversation, now)?;
            } else if state == MarkState::Confirmed {
                let t = confirm(tx, t, &m, me, &policy.conversation, now)?;
                m.entry = Some(t.live.last_seq);
            } else {
                remark::inside(tx, t, me, note.clone(), note_of(&m, state.as_str()), now)?;
            }
            rows::settle(tx, &m)?;
            trail(tx, &m, me, "abuse.decide", now)?;
            Ok(m)
        })
        .await
}

/// Writes what stands in the thread since a confirmed mark was taken back: its words are as any others.
fn revoke(
    tx: &mut Tx<'_>,
    t: ThreadRow,
    m: &MarkRow,
    by: PersonId,
    policy: &yingke_domain::policy::ConversationPolicy,
    now: Stamp,
) -> yingke_store::Result<()> {
    let entry = m.entry.ok_or_else(|| Problem::not_found("mark"))?;
    let past = talk::entries_of(tx, t.id, m.conversation)?;
    // As if this mark had never been; others stand.
    let others: Vec<_> = past.iter().filter(|e| e.seq != entry).cloned().collect();
    let void = Void::of(&others, talk::recalled(tx, t.id)?);
    let owed = reopened(others.iter().map(|e| (e.seq, e.at, past_of(e, &void))), 0);
    let change = unmark(t.live.clone(), by, entry, m.conversation, owed, now, policy).map_err(refused)?;
    let data = crate::conversation::NoteData::from(note_of(m, "revoked"));
    let note = Note {
        text: m.note.clone(),
        data: serde_json::to_string(&data).ok(),
        ..Note::default()
    };
    apply(tx, t, change, note, now)?;
    Ok(())
}

/// Writes what stands in the thread since the words are confirmed to be abuse.
fn confirm(
    tx: &mut Tx<'_>,
    t: ThreadRow,
    m: &MarkRow,
    by: PersonId,
    policy: &yingke_domain::policy::ConversationPolicy,
    now: Stamp,
) -> yingke_store::Result<ThreadRow> {
    let past = talk::entries_of(tx, t.id, m.conversation)?;
    let mut void = Void::of(&past, talk::recalled(tx, t.id)?);
    match m.seq {
        0 => void.marked_before = t.live.last_seq + 1,
        seq => void.marked.push(seq),
    }
    let left = reopened(past.iter().map(|e| (e.seq, e.at, past_of(e, &void))), 0);
    let change = mark_rule(t.live.clone(), by, m.seq, m.conversation, left, now, policy).map_err(refused)?;
    debug_assert!(change.entries.last().is_some_and(|e| e.kind == EntryKind::Mark));
    let data = crate::conversation::NoteData::from(note_of(m, "confirmed"));
    let note = Note {
        text: m.note.clone(),
        data: serde_json::to_string(&data).ok(),
        ..Note::default()
    };
    apply(tx, t, change, note, now)
}
