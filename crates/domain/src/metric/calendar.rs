//! Which business day and hour an instant belongs to, quickly.

use super::{EPOCH, policy_of};
use crate::policy::PolicyBook;
use jiff::{ToSpan, civil::Date};
use yingke_kernel::{Stamp, Zone};

const DAY: i64 = 86_400;
const SLOTS: usize = 512;

/// Where an instant lies on the shop's wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Business day (2.1, `metric.day_split`), in days since 1970-01-01.
    pub day: i32,
    /// Wall-clock hour, 0 to 23.
    pub hour: u8,
    /// Second of the wall-clock day, 0 to 86,399.
    pub second: i64,
}

/// The business day of that number.
pub fn date_of(day: i32) -> Date {
    EPOCH
        .checked_add(day.days())
        .unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

/// The number of a business day.
pub fn day_of(date: Date) -> i32 {
    // Both lie within years -9999 to 9999, so the days fit.
    EPOCH.until(date).map_or(0, |span| span.get_days())
}

#[derive(Clone, Copy)]
struct Slot {
    utc_day: i64,
    /// Offset in seconds; `None` = it changes within the day.
    offset: Option<i32>,
}

/// Places instants; asks the zone once a day, not once an instant.
pub struct Calendar<'a> {
    zone: &'a Zone,
    book: &'a PolicyBook,
    slots: Box<[Slot]>,
    same_split: Option<i64>,
}

impl<'a> Calendar<'a> {
    /// For this zone; the day's split is that of each day's policy.
    pub fn new(zone: &'a Zone, book: &'a PolicyBook) -> Self {
        let splits = || book.all().iter().map(|policy| policy.metric.day_split.secs());
        let same_split = splits()
            .next()
            .filter(|first| splits().all(|split| split == *first));
        Self {
            zone,
            book,
            slots: vec![
                Slot {
                    utc_day: i64::MIN,
                    offset: None
                };
                SLOTS
            ]
            .into(),
            same_split,
        }
    }

    /// Where an instant lies.
    pub fn place(&mut self, at: Stamp) -> Place {
        let secs = at.micros().div_euclid(1_000_000);
        let local = secs + self.offset(at, secs.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let split = match self.same_split {
            Some(split) => split,
            None => policy_of(self.book, local.div_euclid(DAY) as i32)
                .metric
                .day_split
                .secs(),
        };
        Place {
            day: (local - split).div_euclid(DAY) as i32,
            hour: (second / 3_600) as u8,
            second,
        }
    }

    fn offset(&mut self, at: Stamp, utc_day: i64) -> i64 {
        let slot = &mut self.slots[utc_day.rem_euclid(SLOTS as i64) as usize];
        if slot.utc_day != utc_day {
            let first = self.zone.offset_secs(Stamp::from_secs(utc_day * DAY));
            let last = self.zone.offset_secs(Stamp::from_secs(utc_day * DAY + DAY - 1));
            *slot = Slot {
                utc_day,
                offset: (first == last).then_some(first as i32),
            };
        }
        slot.offset.map_or_else(|| self.zone.offset_secs(at), i64::from)
    }
}
