//! The lists of the day (R-DESK-14, R-DESK-16). Lines are read live from what the house holds; what is kept is what somebody
//! did about them, and how many were open when the list was due.

mod day;
mod lines;
mod tick;

pub use day::{DayView, Summary, count_due, days, run, summary};
pub use lines::{Cursor, GroupView, Line, ListView, list, more, own, set_own};
pub use tick::{Found, Say, found, tick, tick_group, undo};
pub(crate) use tick::{forget, forget_old, told_of};
pub use yingke_store::duty::{OrderLine, TickRow};

use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use yingke_domain::duty::{List, day_of, span};
use yingke_domain::policy::DutyPolicy;
use yingke_domain::presence::State;
use yingke_kernel::{PersonId, ShopId, Stamp, Zone};
use yingke_store::duty::Sheet;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    opening: Vec<String>,
    early: Vec<String>,
    missed: String,
}

// The file is compiled in and a test reads it: it cannot fail at run time.
static WORDS: LazyLock<BTreeMap<String, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml are words"));

/// A list of a shop on a day, and everything that decides what stands on it.
#[derive(Debug, Clone)]
pub(super) struct Page {
    shop: ShopId,
    list: List,
    day: Date,
    /// The day as it is stored.
    text: String,
    zone: Zone,
    language: &'static str,
    now: Stamp,
    /// Whether it is today: only then there are lines.
    today: bool,
    policy: DutyPolicy,
    /// How long an answer may take before the buyer stands on the list.
    slow_secs: i64,
    promise_secs: i64,
    handover_secs: i64,
    /// People of the shop who are not at the desk.
    absent: Vec<PersonId>,
}

impl Page {
    /// The list of a shop of the caller; today's unless told.
    fn open(house: &House, staff: &Staff, code: &str, list: List, day: Option<Date>) -> Result<Self> {
        let directory = house.directory();
        let shop = directory
            .shop_by_code(code)
            .filter(|shop| directory.is_member(shop.id, staff.person))
            .ok_or_else(|| Problem::not_found("shop"))?
            .id;
        Ok(Self::of(house, shop, list, day))
    }

    fn of(house: &House, shop: ShopId, list: List, day: Option<Date>) -> Self {
        let directory = house.directory();
        let zone = directory.zone_of(shop);
        let now = house.now();
        let today = day_of(now, &zone);
        let day = day.unwrap_or(today);
        let policy = house.policy_at(span(day, &zone).0);
        let absent = directory
            .members(shop)
            .filter(|p| crate::presence::state_of(house, p.id) != State::Online)
            .map(|p| p.id)
            .collect();
        Self {
            shop,
            list,
            day,
            text: day.to_string(),
            language: directory.shop(shop).map_or("zh-CN", |s| s.settings.language()),
            today: day == today,
            now,
            policy: policy.duty.clone(),
            slow_secs: policy.clock.slow_secs,
            promise_secs: policy.promise.answer_secs,
            handover_secs: policy.presence.handover_secs,
            absent,
            zone,
        }
    }

    fn sheet(&self) -> Sheet<'_> {
        Sheet {
            shop: self.shop,
            list: self.list,
            day: &self.text,
        }
    }

    fn due(&self) -> Stamp {
        self.list.due(self.day, &self.zone, &self.policy)
    }

    /// The last moment that belongs to the day, or now.
    fn end(&self) -> Stamp {
        self.now.min(span(self.day, &self.zone).1)
    }

    /// Only today's list can be ticked off.
    fn must_be_today(&self) -> Result<()> {
        if self.today {
            return Ok(());
        }
        Err(Problem::conflict(
            "list_over",
            "that day is over; its list can only be read",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_desk_14_every_language_has_lines_to_be_ticked_by_hand() {
        for language in crate::shop::LANGUAGES {
            let words = &WORDS[language];
            assert!(words.opening.len() >= 2 && !words.missed.is_empty(), "{language}");
        }
    }
}
