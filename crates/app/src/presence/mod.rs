//! Who is at the desk: states as leases, loads, and what everybody holds. The picture in memory follows the commits; the
//! store keeps the rows, so that a restart begins from them.

mod desk;
mod handover;
mod idle;

pub(crate) use desk::{Desk, Reserved, Seat};
pub use handover::{HandTo, Handover, hand_over, handovers, see_handover};
pub(crate) use idle::watch;

use crate::directory::Person;
use crate::{Directory, House, Problem, Result, Staff};
use uuid::Uuid;
use yingke_domain::access::{Right, Role};
use yingke_domain::conversation::requeue;
use yingke_domain::policy::Policy;
use yingke_domain::presence::{State, effective, lease};
use yingke_domain::routing;
use yingke_kernel::{AuditId, ConnectionId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::Note;
use yingke_store::presence::PresenceRow;
use yingke_store::{Effect, Lane, Tx};

/// A colleague as others see them.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// State that counts now.
    pub state: State,
    /// Conversations held.
    pub load: u32,
    /// Most conversations at once.
    pub capacity: u32,
    /// Line of work (R-DESK-03).
    pub line: Option<String>,
    /// Role: a supervisor is told apart from the agents of a line.
    pub role: Role,
    /// Codes of the shops that they work for.
    pub shops: Vec<String>,
    /// Since when the desk asks whether they are still there (R-RESP-06).
    pub asked_at: Option<Stamp>,
}

fn seen(desk: &Desk, directory: &Directory, p: &Person, policy: &Policy, now: Stamp) -> Colleague {
    Colleague {
        person: p.id,
        name: p.name.clone(),
        state: desk.state(p.id, now),
        load: desk.load(p.id),
        capacity: routing::capacity(p.capacity, &policy.routing),
        line: p.line.clone(),
        role: p.role,
        shops: directory.shops_of(p.id).iter().map(|s| s.code.clone()).collect(),
        asked_at: desk.seats.get(&p.id).and_then(|seat| seat.asked_at),
    }
}

fn row(seat: &Seat, person: PersonId) -> PresenceRow {
    PresenceRow {
        person,
        state: seat.state.as_str().to_owned(),
        since: seat.since,
        lease_until: seat.lease_until,
        acted_at: seat.acted_at,
    }
}

/// A desk connected: the person's lease runs again; whoever was online before the connection was lost is online again.
pub async fn connect(house: &House, person: PersonId, connection: ConnectionId) -> Result<()> {
    let now = house.now();
    let until = lease(now, &house.policy().presence);
    let (row, back) = {
        let mut desk = house.0.desk.lock();
        let seat = desk.seat(person, now);
        seat.connections.insert(connection);
        seat.lease_until = until;
        let back = std::mem::take(&mut seat.lapsed).then_some(seat.state);
        (row(seat, person), back)
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let mut row = row.clone();
            let change = back.map(|_| (AuditId::new(now).0, "reconnect"));
            if change.is_some() {
                row.since = now;
            }
            yingke_store::presence::put(tx, &row, change)?;
            tx.emit(Effect::Person(person));
            Ok(())
        })
        .await?;
    house.0.router.notify_one();
    Ok(())
}

/// A desk is gone. The lease runs on: a reload costs nobody their conversations.
pub fn disconnect(house: &House, person: PersonId, connection: ConnectionId) {
    let mut desk = house.0.desk.lock();
    let now = house.now();
    desk.seat(person, now).connections.remove(&connection);
}

/// A sign of life of a desk. In memory at once, on disk soon; at once, with its change of state, when the lease had run out
/// although the connection held (a server that was paused).
pub async fn renew(house: &House, person: PersonId) -> Result<()> {
    let now = house.now();
    let until = lease(now, &house.policy().presence);
    let (back, acted_at) = {
        let mut desk = house.0.desk.lock();
        let seat = desk.seat(person, now);
        seat.lease_until = until;
        let back = std::mem::take(&mut seat.lapsed).then(|| row(seat, person));
        (back, seat.acted_at)
    };
    if let Some(mut row) = back {
        row.since = now;
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                yingke_store::presence::put(tx, &row, Some((AuditId::new(now).0, "reconnect")))?;
                tx.emit(Effect::Person(person));
                Ok(())
            })
            .await?;
        house.0.router.notify_one();
        return Ok(());
    }
    house
        .write(Lane::Background, move |tx| {
            yingke_store::presence::renew(tx, person, until, acted_at)
        })
        .await
}

/// The person did something at the desk.
pub fn active(house: &House, person: PersonId) {
    let now = house.now();
    house.0.desk.lock().seat(person, now).acted_at = now;
}

/// The state that counts now.
pub fn state_of(house: &House, person: PersonId) -> State {
    house.0.desk.lock().state(person, house.now())
}

/// Conversations that a person holds.
pub fn load_of(house: &House, person: PersonId) -> u32 {
    house.0.desk.lock().load(person)
}

/// The caller sets their state. Away or offline gives back every conversation that is owed an answer (R-RESP-05).
pub async fn set_state(house: &House, staff: &Staff, state: State) -> Result<()> {
    crate::access::require(staff, Right::Receive)?;
    set(house, staff.person, state, "desk").await?;
    if !state.holds() {
        hand_back(house, staff.person).await?;
    }
    house.0.router.notify_one();
    Ok(())
}

/// Takes a person off the desk (deactivated, signed out).
pub async fn leave(house: &House, person: PersonId, state: State, cause: &'static str) -> Result<()> {
    set(house, person, state, cause).await?;
    hand_back(house, person).await?;
    give_up_held(house, person).await
}

/// Whatever the person holds still goes back to the queue: nothing stays with somebody who has left for good.
async fn give_up_held(house: &House, person: PersonId) -> Result<()> {
    let held = house.0.desk.lock().held_by(person);
    let now = house.now();
    for thread in held {
        house
            .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
                let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                    return Ok(());
                };
                if t.live.holder == Some(person)
                    && let Ok(change) = requeue(t.live.clone(), false, now)
                {
                    yingke_store::conversation::apply(tx, t, change, Note::default(), now)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

async fn set(house: &House, person: PersonId, state: State, cause: &'static str) -> Result<()> {
    let now = house.now();
    let row = {
        let mut desk = house.0.desk.lock();
        let until = lease(now, &house.policy().presence);
        let seat = desk.seat(person, now);
        if seat.state != state {
            seat.since = now;
        }
        seat.state = state;
        seat.lapsed = false;
        seat.acted_at = now;
        seat.lease_until = until;
        let row = row(seat, person);
        if !state.takes_new() {
            desk.stood_up(person);
        }
        row
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            yingke_store::presence::put(tx, &row, Some((AuditId::new(now).0, cause)))?;
            tx.emit(Effect::Person(person));
            Ok(())
        })
        .await
}

/// Everything that is owed an answer goes back to the queue, counted as handed back.
async fn hand_back(house: &House, person: PersonId) -> Result<()> {
    let (threads, left) = {
        let desk = house.0.desk.lock();
        (desk.owed_by(person), desk.left_at(person))
    };
    for thread in threads {
        give_back(house, thread, person, left).await?;
    }
    Ok(())
}

/// Gives one conversation back to the queue, if this person still holds it with an answer owed. `left`: when they went
/// away by their own act; a wait that ran already then is handed back (2.1), whoever writes it down.
pub(crate) async fn give_back(
    house: &House,
    thread: ThreadId,
    holder: PersonId,
    left: Option<Stamp>,
) -> Result<()> {
    let now = house.now();
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                return Ok(());
            };
            let Some(owed) = t.live.owed_since.filter(|_| t.live.holder == Some(holder)) else {
                return Ok(());
            };
            let by_own_act = left.is_some_and(|left| owed <= left);
            // Whoever came first decided: a conversation that is over meanwhile needs nothing.
            if let Ok(change) = requeue(t.live.clone(), by_own_act, now) {
                yingke_store::conversation::apply(tx, t, change, Note::default(), now)?;
            }
            Ok(())
        })
        .await
}

/// The people of a shop who may receive, with states and loads.
pub fn list(house: &House, shop: ShopId) -> Vec<Colleague> {
    let now = house.now();
    let policy = house.policy();
    let directory = house.directory();
    let desk = house.0.desk.lock();
    directory
        .members(shop)
        .map(|p| seen(&desk, &directory, p, &policy, now))
        .collect()
}

/// One colleague.
pub fn colleague(house: &House, person: PersonId) -> Result<Colleague> {
    let directory = house.directory();
    let p = directory
        .person(person)
        .ok_or_else(|| Problem::not_found("person"))?;
    let (policy, now) = (house.policy(), house.now());
    let desk = house.0.desk.lock();
    Ok(seen(&desk, &directory, p, &policy, now))
}

/// Whether anybody of the shop takes new buyers now.
pub fn any_online(house: &House, shop: ShopId) -> bool {
    let now = house.now();
    let directory = house.directory();
    let desk = house.0.desk.lock();
    directory.members(shop).any(|p| desk.state(p.id, now).takes_new())
}

/// Seconds until somebody of the line will answer whoever stands at this place of its queue; `None` when nobody takes new buyers.
pub fn line_estimate(house: &House, shop: ShopId, line: Option<&str>, place: i64) -> Option<i64> {
    let (now, policy, directory) = (house.now(), house.policy(), house.directory());
    let (staff, secs) = {
        let desk = house.0.desk.lock();
        let own = desk.staff_of(&directory, shop, line, now);
        // With nobody on the line, whoever is online will have to serve it after a while.
        let staff = if own > 0 {
            own
        } else {
            desk.staff_of(&directory, shop, None, now)
        };
        (staff, desk.place_secs(shop, line.map(Into::into)))
    };
    let secs = secs.unwrap_or(policy.routing.place_secs);
    yingke_domain::urgency::estimate(place, secs, staff, policy.routing.estimate_floor_secs)
}

/// Marks the leases that ran out, once each; gives the people concerned.
pub(crate) async fn lapse(house: &House) -> Result<Vec<PersonId>> {
    let now = house.now();
    let lapsed: Vec<PersonId> = {
        let mut desk = house.0.desk.lock();
        desk.seats
            .iter_mut()
            .filter(|(_, s)| !s.lapsed && s.state != State::Offline)
            .filter(|(_, s)| effective(s.state, Some(s.lease_until), now) == State::Offline)
            .map(|(person, s)| {
                s.lapsed = true;
                *person
            })
            .collect()
    };
    for person in &lapsed {
        let person = *person;
        house.0.desk.lock().stood_up(person);
        let id: Uuid = AuditId::new(now).0;
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                yingke_store::presence::note(tx, id, person, now, State::Offline.as_str(), "lease")?;
                tx.emit(Effect::Person(person));
                Ok(())
            })
            .await?;
    }
    Ok(lapsed)
}
