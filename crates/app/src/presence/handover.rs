//! What one shift leaves to the next (R-DESK-10), or somebody who goes away to a colleague: the conversations that are held go to the
//! queue of a line or to a person, with one note for all of them that stays until each whom it is for has confirmed it.

use super::{give_up_held, hand_back, set, state_of};
use crate::access::{audited, require};
use crate::conversation::about::known_line;
use crate::conversation::{Destination, give_on};
use crate::{House, Problem, Result, Staff};
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::presence::State;
use yingke_domain::routing::line::canonical;
use yingke_kernel::{AuditId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::{get_many, held_by, mentions_of};
use yingke_store::presence::{self as rows, HandoverRow};
use yingke_store::{Lane, Tx};

/// Most characters of the note.
const NOTE_MAX: usize = 1_000;

/// Something that a shift left.
#[derive(Debug, Clone)]
pub struct Handover {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Stamp,
    /// Who left it.
    pub by: PersonId,
    /// For which line; none = whoever comes.
    pub line: Option<String>,
    /// For which colleague alone; none = everybody of the line.
    pub to_person: Option<PersonId>,
    /// The open matters.
    pub note: String,
    /// Conversations given to the line, and their buyers' names.
    pub threads: Vec<(ThreadId, String)>,
}

fn shops(house: &House, staff: &Staff) -> Vec<ShopId> {
    let directory = house.directory();
    directory.shops_of(staff.person).iter().map(|s| s.id).collect()
}

/// To whom somebody hands over, and what they are then.
#[derive(Debug, Clone, Default)]
pub struct HandTo {
    /// The line that goes on; none = the caller's own.
    pub line: Option<String>,
    /// The colleague who goes on; comes before the line.
    pub person: Option<PersonId>,
    /// Only away, to come back; else offline.
    pub away: bool,
}

/// Unseen notes that name somebody, of which a hand-over tells.
const MENTIONS: i64 = 100;

/// Hands over whatever the caller holds, to a colleague or to the queue of a line (the caller's own unless told), leaves the note for
/// them with every open matter (what was held, and what notes asked the caller to look at), and is offline or away. Nothing stays
/// with the caller. Gives the conversations that were given away.
///
/// # Errors
/// `note_too_long`, `line_unknown`, `not_online`, `not_member`.
pub async fn hand_over(house: &House, staff: &Staff, note: String, to: HandTo) -> Result<Vec<ThreadId>> {
    require(staff, Right::Receive)?;
    if note.chars().count() > NOTE_MAX {
        let detail = format!("a handover note has at most {NOTE_MAX} characters");
        return Err(Problem::invalid("note_too_long", detail));
    }
    let own = shops(house, staff);
    let directory = house.directory();
    if let Some(person) = to.person {
        let works = own.iter().any(|shop| directory.is_member(*shop, person));
        if !works || person == staff.person {
            let detail = "hand over to a colleague of your shops";
            return Err(Problem::conflict("not_member", detail));
        }
        if state_of(house, person) != State::Online {
            let name = directory.actor_name(person.0).unwrap_or_default();
            let detail = format!("{name} is not online; choose somebody who is, or a line");
            return Err(Problem::conflict("not_online", detail));
        }
    }
    let line = match to.person {
        Some(_) => None,
        None => to
            .line
            .or_else(|| directory.person(staff.person).and_then(|p| p.line.clone()))
            .map(|line| canonical(&line).to_owned()),
    };
    if let Some(line) = &line
        && !own.iter().any(|shop| known_line(&directory, *shop, line))
    {
        let detail = format!("nobody of your shops works in the line {line:?}");
        return Err(Problem::conflict("line_unknown", detail));
    }
    let to_person = to.person;
    // Nothing new comes from here on; what is held is held until it is passed on: whoever is offline holds nothing, and the
    // router would take it back before the line gets it.
    set(house, staff.person, State::Suspended, "hand_over").await?;
    let (me, now) = (staff.person, house.now());
    let ids: Vec<[u8; 16]> = own.iter().map(|shop| shop.bytes()).collect();
    let (words, target) = (note.clone(), line.clone());
    // The note first: should anything break, it says what was held.
    let held = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let held = held_by(tx, &ids, me)?;
            let asked = mentions_of(tx, me, MENTIONS)?;
            let mut bytes: Vec<[u8; 16]> = held.iter().map(|id| id.bytes()).collect();
            bytes.extend(asked.iter().map(|mention| mention.thread.bytes()));
            bytes.sort_unstable();
            bytes.dedup();
            let threads = get_many(tx, &bytes)?;
            let mut left = 0;
            for shop in &own {
                let of_shop: Vec<ThreadId> =
                    threads.iter().filter(|t| t.shop == *shop).map(|t| t.id).collect();
                if of_shop.is_empty() && !threads.is_empty() {
                    continue;
                }
                if of_shop.is_empty() && words.trim().is_empty() {
                    continue;
                }
                let row = HandoverRow {
                    id: AuditId::new(now).0,
                    shop: *shop,
                    line: target.clone(),
                    person: me,
                    at: now,
                    note: words.clone(),
                    threads: serde_json::to_string(&of_shop).unwrap_or_default(),
                    to_person,
                };
                rows::leave_handover(tx, &row)?;
                left += 1;
            }
            let detail = format!("{} conversations, {left} notes", held.len());
            audited(tx, now, Some(me), "presence.hand_over", &me.to_string(), &detail)?;
            Ok(held)
        })
        .await?;
    for thread in &held {
        let to = match (to_person, &line) {
            (Some(person), _) => Destination::Person(person),
            (None, Some(line)) => Destination::Line(line.clone()),
            (None, None) => Destination::Queue,
        };
        let given = give_on(house, staff, *thread, to, note.clone(), true).await;
        if let Err(problem) = given {
            // Over or taken meanwhile, or of a shop without that line or colleague: it goes back to the queue below.
            tracing::info!(%problem, %thread, "a conversation was not handed over");
        }
    }
    let after = if to.away { State::Away } else { State::Offline };
    set(house, me, after, "hand_over").await?;
    hand_back(house, me).await?;
    give_up_held(house, me).await?;
    house.0.router.notify_one();
    Ok(held)
}

/// What others left for the caller's line and the caller has not confirmed, oldest first.
pub async fn handovers(house: &House, staff: &Staff) -> Result<Vec<Handover>> {
    require(staff, Right::Receive)?;
    let own: Vec<[u8; 16]> = shops(house, staff).iter().map(|shop| shop.bytes()).collect();
    let me = staff.person;
    let since = house.now().plus_secs(-house.policy().presence.handover_secs);
    let directory = house.directory();
    house
        .read(move |tx| {
            let mut found = Vec::new();
            for row in rows::handovers(tx, &own, me, since)? {
                let seats = directory.seats(row.shop, me);
                let sits = |line: &str| seats.iter().any(|seat| &*seat.line == canonical(line));
                let is_mine = row
                    .line
                    .as_deref()
                    .is_none_or(|line| seats.is_empty() || sits(line));
                if !is_mine {
                    continue;
                }
                let ids: Vec<ThreadId> = serde_json::from_str(&row.threads).unwrap_or_default();
                let bytes: Vec<[u8; 16]> = ids.iter().map(|id| id.bytes()).collect();
                let threads = get_many(tx, &bytes)?
                    .into_iter()
                    .map(|t| (t.id, t.buyer_name))
                    .collect();
                found.push(Handover {
                    id: row.id,
                    at: row.at,
                    by: row.person,
                    line: row.line,
                    to_person: row.to_person,
                    note: row.note,
                    threads,
                });
            }
            Ok(found)
        })
        .await
}

/// The caller has read what a shift left.
///
/// # Errors
/// `not_found` for one of a shop that the caller does not work for.
pub async fn see_handover(house: &House, staff: &Staff, id: Uuid) -> Result<()> {
    require(staff, Right::Receive)?;
    let own = shops(house, staff);
    let (me, now) = (staff.person, house.now());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::handover(tx, id)?
                .filter(|row| own.contains(&row.shop))
                .ok_or_else(|| Problem::not_found("handover"))?;
            rows::see_handover(tx, id, me, now)?;
            audited(tx, now, Some(me), "presence.see_hand_over", &id.to_string(), "")
        })
        .await
}
