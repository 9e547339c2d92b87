//! Online and nobody there (R-RESP-06): the desk asks, then sets away; a stretch that is long enough becomes a finding.

use super::hand_back;
use crate::{House, Result, incident};
use std::collections::HashSet;
use yingke_domain::presence::State;
use yingke_kernel::{PersonId, Stamp};
use yingke_store::{Effect, Lane, Tx};

/// What one look at the seats asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Due {
    ask: Vec<(PersonId, Stamp)>,
    answered: Vec<PersonId>,
    leave: Vec<PersonId>,
    /// Stretches that began (`None`) or ended: since, until.
    stretches: Vec<(PersonId, Stamp, Option<Stamp>)>,
}

/// Looks at every seat once; called every second.
pub(crate) async fn watch(house: &House) -> Result<()> {
    let due = look(house);
    for (person, until) in due.ask {
        house.tell(Effect::StillThere {
            person,
            until: Some(until),
        });
        // Whoever watches the team sees that they are asked.
        house.tell(Effect::Person(person));
    }
    for person in due.answered {
        house.tell(Effect::StillThere { person, until: None });
        house.tell(Effect::Person(person));
    }
    for person in due.leave {
        super::set(house, person, State::Away, "idle").await?;
        hand_back(house, person).await?;
        house.tell(Effect::StillThere { person, until: None });
        house.0.router.notify_one();
    }
    for (person, since, until) in due.stretches {
        // Judged by the policy of the day on which it began.
        let policy = house.policy_at(since);
        let shop = house.directory().shops_of(person).first().map(|s| s.id);
        let Some(shop) = shop else { continue };
        let now = house.now();
        let touched = house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                yingke_store::incident::put_idle(tx, person, since, until)?;
                incident::record_idle(tx, shop, person, since, until, &policy, now)
            })
            .await?;
        incident::sum_up(house, touched).await?;
    }
    Ok(())
}

fn look(house: &House) -> Due {
    let now = house.now();
    let policy = house.policy();
    let (ask, grace) = (policy.presence.ask_secs, policy.presence.ask_grace_secs);
    let mut due = Due::default();
    let mut desk = house.0.desk.lock();
    // Who owes an answer, read once and only if somebody is quiet.
    let mut owing: Option<HashSet<PersonId>> = None;
    let quiet: Vec<PersonId> = desk
        .seats
        .iter()
        .filter(|(_, s)| {
            s.asked_at.is_some() || s.idle_since.is_some() || now.secs_since(s.quiet_since()) >= ask.max(1)
        })
        .map(|(person, _)| *person)
        .collect();
    for person in quiet {
        let online = desk.state(person, now) == State::Online;
        let owes = owing
            .get_or_insert_with(|| {
                let open = desk.open.values();
                open.filter(|o| o.owed_since.is_some())
                    .filter_map(|o| o.holder)
                    .collect()
            })
            .contains(&person);
        let Some(seat) = desk.seats.get_mut(&person) else {
            continue;
        };
        let quiet_since = seat.quiet_since();
        let quiet = now.secs_since(quiet_since);
        if online && ask > 0 && quiet >= ask && !owes {
            match seat.asked_at {
                None => {
                    seat.asked_at = Some(now);
                    due.ask.push((person, now.plus_secs(grace)));
                }
                Some(asked) if now.secs_since(asked) >= grace => {
                    seat.asked_at = None;
                    due.leave.push(person);
                }
                Some(_) => {}
            }
        } else if seat.asked_at.take().is_some() {
            due.answered.push(person);
        }
        match seat.idle_since {
            None if online && quiet >= policy.incident.idle_secs => {
                seat.idle_since = Some(quiet_since);
                due.stretches.push((person, quiet_since, None));
            }
            Some(since) if !online || quiet_since > since => {
                seat.idle_since = None;
                // Ended by an act, by another state, or when the lease ran out.
                let until = if quiet_since > since {
                    quiet_since
                } else {
                    seat.lease_until.min(now)
                };
                due.stretches.push((person, since, Some(until)));
            }
            _ => {}
        }
    }
    due
}
