//! Notices to the team (R-TEAM-03, R-DUTY-05): written by a supervisor, confirmed by everybody for whom they are, with the time
//! on record. Those in force stand in memory beside the desk, because the router may ask for them.

mod read;
mod write;

pub use read::{Asked, Page, Shown, Which, list, show};
pub use write::{Draft, Words, confirm, correct, post, remind, withdraw};
pub use yingke_store::notice::{NoticeRow, Wording};

use crate::{Directory, House, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::notice::{Reader, in_force, is_for};
use yingke_kernel::{PersonId, Stamp};

/// Whether a notice is for this person, who works in its shop.
pub fn is_addressed(directory: &Directory, notice: &NoticeRow, person: PersonId) -> bool {
    let Some(who) = directory.person(person).filter(|p| p.active) else {
        return false;
    };
    if !directory.is_member(notice.shop, person) {
        return false;
    }
    let seats = directory.seats(notice.shop, person);
    let lines: Vec<&str> = seats.iter().map(|seat| &*seat.line).collect();
    let reader = Reader {
        person,
        role: who.role,
        lines: &lines,
    };
    is_for(&notice.audience, notice.person, reader)
}

/// Everybody for whom a notice is, oldest colleague first.
pub fn readers(directory: &Directory, notice: &NoticeRow) -> Vec<PersonId> {
    directory
        .members(notice.shop)
        .map(|p| p.id)
        .filter(|id| is_addressed(directory, notice, *id))
        .collect()
}

/// Whether this person sees who has confirmed what.
pub fn posts(directory: &Directory, person: PersonId) -> bool {
    directory
        .person(person)
        .is_some_and(|p| p.active && allows(p.role, Right::PostNotices))
}

/// Whether a person gets no new conversations because of this notice.
pub(crate) fn holds_up(directory: &Directory, notice: &NoticeRow, person: PersonId, now: Stamp) -> bool {
    notice.wording.urgent
        && in_force(notice.until, notice.ended_at, now)
        && notice.confirmed(person).is_none()
        && is_addressed(directory, notice, person)
}

/// Whether this person may read a notice at all: whoever posts in that shop, for whom it is, and whoever has confirmed it.
fn may_see(house: &House, staff: &Staff, notice: &NoticeRow) -> bool {
    let directory = house.directory();
    directory.is_member(notice.shop, staff.person)
        && (allows(staff.role, Right::PostNotices)
            || notice.confirmed(staff.person).is_some()
            || is_addressed(&directory, notice, staff.person))
}
