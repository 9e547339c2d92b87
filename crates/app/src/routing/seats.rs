//! Seats on the lines of a shop, and how the lines stand.

use crate::access::{audited, require};
use crate::{Directory, House, Problem, Result, Staff, metric};
use std::sync::Arc;
use yingke_domain::access::{Right, Role};
use yingke_domain::presence::State;
use yingke_domain::routing::{Seat, line::canonical};
use yingke_kernel::{PersonId, ShopId};
use yingke_store::access::PersonRow;
use yingke_store::{Effect, Lane, Tx, access, routing};

/// Most seats of a person in a shop.
const MOST_SEATS: usize = 20;

/// How a line of a shop stands now.
#[derive(Debug, Clone)]
pub struct LineNow {
    /// The line; none = no line, whoever is free.
    pub line: Arc<str>,
    /// The shop's own names, Chinese and English; empty = the built-in ones.
    pub names: (String, String),
    /// Not offered on the pages.
    pub hidden: bool,
    /// People of the shop who are seated there.
    pub seated: usize,
    /// Those of them (and of those who serve every line) who take new buyers.
    pub online: usize,
    /// Conversations of the line that they could take on now.
    pub room: u32,
    /// Buyers who wait for it.
    pub waiting: usize,
    /// Seconds that one more would wait; none = nobody is there.
    pub wait_secs: Option<i64>,
}

/// The lines of one of the caller's shops in rising authority.
///
/// # Errors
/// `not_found` for a shop that the caller does not work for.
pub fn lines(house: &House, staff: &Staff, code: &str) -> Result<Vec<LineNow>> {
    require(staff, Right::Receive)?;
    let directory = house.directory();
    let shop = directory
        .shop_by_code(code)
        .filter(|shop| directory.is_member(shop.id, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))?;
    let (now, policy, known) = (house.now(), house.policy(), directory.lines(shop.id));
    let (candidates, waiting) = {
        let desk = house.0.desk.lock();
        let queue = desk.queues.get(&shop.id);
        let waiting: Vec<usize> = known
            .ladder
            .lines()
            .iter()
            .map(|line| queue.map_or(0, |queue| queue.waiting_for(Some(line))))
            .collect();
        (desk.candidates(&directory, shop.id, &policy, now), waiting)
    };
    let lines = known.ladder.lines().iter().zip(waiting);
    Ok(lines
        .map(|(line, waiting)| {
            let own = shop
                .settings
                .lineup
                .iter()
                .find(|own| canonical(&own.code) == &**line);
            let on = Some(&**line);
            let there = candidates
                .iter()
                .filter(|c| c.state == State::Online && c.serves(on));
            let room = candidates.iter().map(|c| c.room(on)).sum();
            let place = i64::try_from(waiting).unwrap_or(i64::MAX).saturating_add(1);
            let wait = crate::presence::line_estimate(house, shop.id, on, place);
            let online = there.count();
            LineNow {
                names: own
                    .map(|own| (own.zh.clone(), own.en.clone()))
                    .unwrap_or_default(),
                hidden: own.is_some_and(|own| own.hidden),
                seated: candidates
                    .iter()
                    .filter(|c| c.seats.iter().any(|seat| seat.line == *line))
                    .count(),
                online,
                room,
                waiting,
                wait_secs: wait
                    .filter(|_| online > 0)
                    .map(|secs| if room > 0 { 0 } else { secs }),
                line: Arc::clone(line),
            }
        })
        .collect())
}

/// The seats of a person in one shop are these from now on; none = they serve every line of it. Whoever waits is placed anew.
///
/// # Errors
/// `bad_seat`, `not_member`, `not_found`.
pub async fn put_seats(
    house: &House,
    staff: &Staff,
    person: PersonId,
    code: &str,
    mut seats: Vec<Seat>,
) -> Result<()> {
    let directory = house.directory();
    let who = directory
        .person(person)
        .ok_or_else(|| Problem::not_found("person"))?;
    require(
        staff,
        if who.role == Role::Agent {
            Right::ManagePeople
        } else {
            Right::ManageOwners
        },
    )?;
    let shop = directory
        .shop_by_code(code)
        .filter(|shop| directory.is_member(shop.id, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))?;
    if !directory.is_member(shop.id, person) {
        let detail = "this colleague does not work for this shop; let them work there first";
        return Err(Problem::conflict("not_member", detail));
    }
    check(&mut seats)?;
    let before = directory.seats(shop.id, person);
    if *before == *seats {
        return Ok(());
    }
    let main = main_line(&seats, who.line.as_deref());
    let line_changed = main != who.line;
    let row = PersonRow {
        id: person,
        login: who.login.clone(),
        name: who.name.clone(),
        role: who.role.as_str().to_owned(),
        line: main,
        capacity: who.capacity.map(i64::from),
        active: who.active,
        has_password: who.has_password,
        grade: who.grade.map(|grade| grade.as_str().to_owned()),
    };
    let (now, by, shop) = (house.now(), staff.person, shop.id);
    let detail = serde_json::json!({ "shop": code, "seats": [words(&before), words(&seats)] }).to_string();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            routing::put_seats(tx, shop, person, &seats)?;
            if line_changed {
                access::update_person(tx, &row)?;
            }
            tx.emit(Effect::Person(person));
            audited(tx, now, Some(by), "person.seats", &person.to_string(), &detail)
        })
        .await?;
    house.refresh_directory().await?;
    if line_changed {
        metric::redo_everything(house).await?;
    }
    house.0.router.notify_one();
    Ok(())
}

/// As the trail keeps them: `pre_sales 300`.
fn words(seats: &[Seat]) -> String {
    let each: Vec<String> = seats
        .iter()
        .map(|seat| format!("{} {}", seat.line, seat.weight))
        .collect();
    each.join(", ")
}

/// The line that figures count a person for: the one that it was, if they sit there still, else that of the greatest weight.
fn main_line(seats: &[Seat], was: Option<&str>) -> Option<String> {
    let stays = was.filter(|was| seats.iter().any(|seat| &*seat.line == canonical(was)));
    let greatest = || {
        let by_weight = |seat: &&Seat| (seat.weight, std::cmp::Reverse(Arc::clone(&seat.line)));
        seats
            .iter()
            .max_by_key(by_weight)
            .map(|seat| seat.line.to_string())
    };
    stays.map(str::to_owned).or_else(greatest)
}

fn check(seats: &mut [Seat]) -> Result<()> {
    let bad = |n: usize, why: &str| Err(Problem::invalid("bad_seat", format!("seats[{n}]: {why}")));
    if seats.len() > MOST_SEATS {
        return bad(MOST_SEATS, &format!("{MOST_SEATS} seats at most"));
    }
    for n in 0..seats.len() {
        let seat = &mut seats[n];
        seat.line = canonical(&seat.line).into();
        let mut skills: Vec<String> = seat.skills.iter().map(|word| word.trim().to_owned()).collect();
        skills.dedup();
        seat.skills = skills.into();
        if let Some(fault) = seat.fault() {
            return bad(n, &fault);
        }
        let line = Arc::clone(&seat.line);
        if seats[..n].iter().any(|other| other.line == line) {
            return bad(n, &format!("{line:?} stands here twice; one seat a line"));
        }
    }
    seats.sort_by(|a, b| a.line.cmp(&b.line));
    Ok(())
}

/// The seats that follow from a person's one line, as invitations and the older field name it.
pub(crate) fn of_line(line: Option<&str>) -> Vec<Seat> {
    line.map(str::trim)
        .filter(|line| !line.is_empty())
        .map(Seat::on)
        .into_iter()
        .collect()
}

/// Somebody works for a shop from now on, on the line that they have.
pub(crate) fn join(
    tx: &mut Tx<'_>,
    shop: ShopId,
    person: PersonId,
    line: Option<&str>,
) -> yingke_store::Result<()> {
    access::insert_member(tx, shop, person)?;
    routing::put_seats(tx, shop, person, &of_line(line))
}

/// Somebody works for a shop no longer.
pub(crate) fn part(tx: &mut Tx<'_>, shop: ShopId, person: PersonId) -> yingke_store::Result<()> {
    routing::put_seats(tx, shop, person, &[])?;
    access::delete_member(tx, shop, person)
}

/// Shops in which a person has no seat, or only that of their line: there the seat follows the line.
pub(crate) fn simple_shops(directory: &Directory, person: PersonId) -> Vec<ShopId> {
    let line = directory.person(person).and_then(|p| p.line.clone());
    let own = of_line(line.as_deref());
    let shops = directory.shops_of(person);
    shops
        .iter()
        .filter(|shop| {
            let seats = directory.seats(shop.id, person);
            seats.is_empty() || *seats == *own
        })
        .map(|shop| shop.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_tidied_and_checked() {
        let mut seats = vec![
            Seat {
                skills: [" 窗帘 ".to_owned()].into(),
                ..Seat::on("售前")
            },
            Seat::on("after_sales"),
        ];
        check(&mut seats).unwrap();
        assert_eq!((&*seats[0].line, &*seats[1].line), ("after_sales", "pre_sales"));
        assert_eq!(*seats[1].skills, ["窗帘".to_owned()]);
        let twice = check(&mut [Seat::on("pre_sales"), Seat::on("售前")]).unwrap_err();
        assert!(twice.detail.starts_with("seats[1]"), "{}", twice.detail);
        let light = Seat {
            weight: 0,
            ..Seat::on("a")
        };
        assert_eq!(check(&mut [light]).unwrap_err().code, "bad_seat");
    }

    #[test]
    fn figures_keep_the_line_as_long_as_somebody_sits_there() {
        let heavy = Seat {
            weight: 300,
            ..Seat::on("after_sales")
        };
        let seats = [Seat::on("pre_sales"), heavy];
        assert_eq!(main_line(&seats, Some("售前")).as_deref(), Some("售前"));
        assert_eq!(main_line(&seats, Some("brides")).as_deref(), Some("after_sales"));
        assert_eq!(main_line(&seats, None).as_deref(), Some("after_sales"));
        assert_eq!(main_line(&[], Some("售前")), None);
    }
}
