//! When a shop is open (R-DUTY-01, R-DESK-11): a week of intervals, and single days that differ from it.
//!
//! An interval belongs to the day on which it begins, also when it runs over midnight. What a day is follows from, in this
//! order: the shop's own word for the day, the public calendar if the shop follows it, the week. Intervals are readings of
//! the shop's wall clock and become instants by its zone, so a day on which the clock is moved keeps its readings.

mod calendar;

pub use calendar::{CalendarDay, CalendarYear, Named, china};

use crate::policy::Hours;
use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use yingke_kernel::{Stamp, Zone};

/// Most intervals of one day.
pub const MOST_INTERVALS: usize = 6;
/// Most days that a shop may mark.
pub const MOST_DAYS: usize = 1_000;
/// How many days ahead an opening is looked for.
const HORIZON: i32 = 400;

/// A day of the week as it is written: `mon` to `sun`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// All, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];
    /// The day of the week of a date.
    pub fn of(date: Date) -> Self {
        Self::ALL[date.weekday().to_monday_zero_offset() as usize]
    }
    /// As `jiff` names it.
    pub fn weekday(self) -> Weekday {
        Weekday::from_monday_zero_offset(self as i8).unwrap_or(Weekday::Monday)
    }
}

/// The intervals of each day of the week; a day without any is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    /// Monday.
    pub mon: Vec<Hours>,
    /// Tuesday.
    pub tue: Vec<Hours>,
    /// Wednesday.
    pub wed: Vec<Hours>,
    /// Thursday.
    pub thu: Vec<Hours>,
    /// Friday.
    pub fri: Vec<Hours>,
    /// Saturday.
    pub sat: Vec<Hours>,
    /// Sunday.
    pub sun: Vec<Hours>,
}

impl Week {
    /// The same intervals every day.
    pub fn every_day(hours: Vec<Hours>) -> Self {
        let [mon, tue, wed, thu, fri, sat] = std::array::from_fn(|_| hours.clone());
        Self {
            mon,
            tue,
            wed,
            thu,
            fri,
            sat,
            sun: hours,
        }
    }
    /// The intervals of a day.
    pub fn of(&self, day: Day) -> &[Hours] {
        match day {
            Day::Mon => &self.mon,
            Day::Tue => &self.tue,
            Day::Wed => &self.wed,
            Day::Thu => &self.thu,
            Day::Fri => &self.fri,
            Day::Sat => &self.sat,
            Day::Sun => &self.sun,
        }
    }
}

/// What one date is, when the shop says so itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Exception {
    /// A holiday: the hours of holidays ([`Opening::holiday`]).
    Holiday {
        /// What it is called; may be empty.
        #[serde(default)]
        name: String,
    },
    /// A make-up working day, or any day that is worked like another one.
    Like {
        /// Whose hours it takes.
        day: Day,
        /// What it is called; may be empty.
        #[serde(default)]
        name: String,
    },
    /// Hours of its own; none = closed.
    Own {
        /// The intervals.
        hours: Vec<Hours>,
        /// What it is called; may be empty.
        #[serde(default)]
        name: String,
    },
}

impl Exception {
    /// What the day is called; may be empty.
    pub fn name(&self) -> &str {
        match self {
            Self::Holiday { name } | Self::Like { name, .. } | Self::Own { name, .. } => name,
        }
    }
}

/// Which public calendar a shop follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follows {
    /// None: every week is like the other.
    #[default]
    None,
    /// Holidays and make-up working days of mainland China, for the years that are known.
    China,
}

/// When a shop is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Opening {
    /// An ordinary week.
    pub week: Week,
    /// The public calendar.
    pub calendar: Follows,
    /// Hours of a holiday; none = closed.
    pub holiday: Vec<Hours>,
    /// Dates of which the shop says itself what they are.
    pub days: BTreeMap<Date, Exception>,
}

/// What is wrong with opening hours: where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct HoursError {
    /// `week.mon`, `holiday`, `days.2026-10-01`.
    pub place: String,
    /// What is wrong and how to mend it.
    pub reason: String,
}

/// Why a day has the hours that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is an ordinary day of the week.
    Week,
    /// The public calendar says so.
    Calendar,
    /// The shop says so.
    Shop,
}

impl Opening {
    /// Refuses intervals that overlap, and more of them than anybody needs.
    pub fn check(&self) -> Result<(), HoursError> {
        for day in Day::ALL {
            let name = format!("{day:?}").to_lowercase();
            check_day(&format!("week.{name}"), self.week.of(day))?;
        }
        check_day("holiday", &self.holiday)?;
        if self.days.len() > MOST_DAYS {
            return Err(HoursError {
                place: "days".to_owned(),
                reason: format!(
                    "{} days are marked; keep {MOST_DAYS} at most, take out years that are over",
                    self.days.len()
                ),
            });
        }
        for (date, exception) in &self.days {
            let place = format!("days.{date}");
            if exception.name().chars().count() > 20 {
                return Err(HoursError {
                    place,
                    reason: "the name is longer than 20 characters; shorten it".to_owned(),
                });
            }
            if let Exception::Own { hours, .. } = exception {
                check_day(&place, hours)?;
            }
        }
        Ok(())
    }

    /// The intervals that begin on a date, and why they are these.
    pub fn hours_on(&self, date: Date) -> (&[Hours], Because) {
        match self.days.get(&date) {
            Some(Exception::Holiday { .. }) => (&self.holiday, Because::Shop),
            Some(Exception::Like { day, .. }) => (self.week.of(*day), Because::Shop),
            Some(Exception::Own { hours, .. }) => (hours, Because::Shop),
            None => match (self.calendar, china(date)) {
                (Follows::China, Some(CalendarDay::Holiday(_))) => (&self.holiday, Because::Calendar),
                (Follows::China, Some(CalendarDay::Workday)) => (self.week.of(Day::Mon), Because::Calendar),
                _ => (self.week.of(Day::of(date)), Because::Week),
            },
        }
    }

    /// The stretches that begin on a date, as instants: first moment inside, first moment outside.
    fn stretches(&self, date: Date, zone: &Zone) -> impl Iterator<Item = (Stamp, Stamp)> {
        self.hours_on(date).0.iter().filter_map(move |hours| {
            let from = reading(date, hours.from.secs())?;
            let over_midnight = hours.to <= hours.from;
            let end = if over_midnight {
                date.tomorrow().ok()?
            } else {
                date
            };
            let stretch = (zone.stamp(from), zone.stamp(reading(end, hours.to.secs())?));
            // Where the clock jumps over a whole interval nothing is left of it.
            (stretch.0 < stretch.1).then_some(stretch)
        })
    }

    /// The stretch that holds this instant; of several the one that lasts longest.
    fn holding(&self, at: Stamp, zone: &Zone) -> Option<(Stamp, Stamp)> {
        let today = zone.civil(at).date();
        [today.yesterday().ok(), Some(today)]
            .into_iter()
            .flatten()
            .flat_map(|date| self.stretches(date, zone))
            .filter(|(from, to)| *from <= at && at < *to)
            .max_by_key(|(_, to)| *to)
    }

    /// Whether the shop is open at this instant; the first moment of an interval is inside, its last is not.
    pub fn is_open(&self, at: Stamp, zone: &Zone) -> bool {
        self.holding(at, zone).is_some()
    }

    /// The earliest instant from `at` on at which the shop is open; none within a year = `None`.
    pub fn next_open(&self, at: Stamp, zone: &Zone) -> Option<Stamp> {
        if self.is_open(at, zone) {
            return Some(at);
        }
        let mut date = zone.civil(at).date();
        for _ in 0..HORIZON {
            let first = self
                .stretches(date, zone)
                .map(|(from, _)| from)
                .filter(|from| *from > at)
                .min();
            if first.is_some() {
                return first;
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// When an open shop closes next, intervals that touch taken as one; `None` when it is closed, or never closes.
    pub fn closes(&self, at: Stamp, zone: &Zone) -> Option<Stamp> {
        let (_, mut end) = self.holding(at, zone)?;
        let far = at.plus_secs(i64::from(HORIZON) * 86_400);
        while let Some((_, later)) = self.holding(end, zone) {
            end = later;
            if end > far {
                return None;
            }
        }
        Some(end)
    }

    /// What a page says of now.
    pub fn outlook(&self, at: Stamp, zone: &Zone) -> Outlook {
        let today = zone.civil(at).date();
        if self.is_open(at, zone) {
            return match self.closes(at, zone) {
                None => Outlook::AlwaysOpen,
                Some(until) => {
                    let until = zone.civil(until);
                    Outlook::Open {
                        days: days_between(today, until.date()),
                        until,
                    }
                }
            };
        }
        match self.next_open(at, zone) {
            None => Outlook::Closed,
            Some(next) => {
                let next = zone.civil(next);
                Outlook::Opens {
                    days: days_between(today, next.date()),
                    at: next,
                }
            }
        }
    }
}

/// What a page says of now; times are readings of the shop's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// Open, and it never closes.
    AlwaysOpen,
    /// Open.
    Open {
        /// Until when.
        until: DateTime,
        /// How many days after today that is.
        days: i32,
    },
    /// Closed, opens again.
    Opens {
        /// When.
        at: DateTime,
        /// How many days after today that is.
        days: i32,
    },
    /// Closed, and nobody knows until when.
    Closed,
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// A reading of the wall clock; 24:00 is midnight of the next day.
fn reading(date: Date, secs: i64) -> Option<DateTime> {
    if secs == 86_400 {
        return Some(date.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    let part = |n: i64| i8::try_from(n).ok();
    Some(date.at(part(secs / 3_600)?, part(secs / 60 % 60)?, 0, 0))
}

fn check_day(place: &str, hours: &[Hours]) -> Result<(), HoursError> {
    let fault = |reason: String| {
        Err(HoursError {
            place: place.to_owned(),
            reason,
        })
    };
    if hours.len() > MOST_INTERVALS {
        return fault(format!(
            "a day has {MOST_INTERVALS} intervals at most; join some of these {}",
            hours.len()
        ));
    }
    let mut sorted: Vec<_> = hours.iter().collect();
    sorted.sort_by_key(|h| h.from);
    for (i, interval) in sorted.iter().enumerate() {
        let over_midnight = interval.to <= interval.from;
        match sorted.get(i + 1) {
            Some(next) if over_midnight || interval.to > next.from => {
                return fault(format!(
                    "{} and {} overlap; let one end before the other begins",
                    interval.text(),
                    next.text()
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
