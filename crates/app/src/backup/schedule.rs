//! A backup every day at the same time of the shop's clock.

use super::{Wish, make};
use crate::House;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use yingke_domain::policy::TimeOfDay;
use yingke_kernel::{Stamp, Zone};

/// Between two looks at the clock; a clock that is set is noticed within it.
const LOOK: Duration = Duration::from_secs(1);
/// After a backup that failed.
const AGAIN_SECS: i64 = 600;

/// When, where, how many.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Time of day, on the clock of the first shop.
    pub at: TimeOfDay,
    /// Where to; none = `backups` in the data folder.
    pub folder: Option<PathBuf>,
    /// How many are kept.
    pub keep: usize,
}

/// Runs until stopped.
pub async fn run(house: House, schedule: Schedule, stop: CancellationToken) {
    let mut next = following(&zone(&house), schedule.at, house.now());
    tracing::info!(%next, "the next backup is due");
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if house.now() < next {
            continue;
        }
        let wish = Wish {
            // A folder, whether it exists or not.
            to: schedule.folder.as_ref().map(|folder| folder.join("")),
            keep: Some(schedule.keep),
        };
        let made = tokio::select! {
            () = stop.cancelled() => return,
            made = make(&house, wish, Arc::new(|_| {})) => made,
        };
        next = match made {
            Ok(_) => following(&zone(&house), schedule.at, house.now()),
            Err(problem) => {
                tracing::error!(%problem, "the backup of the day failed; it will be tried again in ten minutes");
                house.now().plus_secs(AGAIN_SECS)
            }
        };
    }
}

fn zone(house: &House) -> Zone {
    house
        .directory()
        .shops()
        .first()
        .map_or_else(Zone::shanghai, |shop| shop.zone.clone())
}

/// The first time after `now` at which the clock of this zone shows `at`.
fn following(zone: &Zone, at: TimeOfDay, now: Stamp) -> Stamp {
    let today = zone.civil(now).date();
    let minutes = at.secs() / 60;
    let (hour, minute) = ((minutes / 60 % 24) as i8, (minutes % 60) as i8);
    let mut day = today;
    loop {
        let then = zone.stamp(day.at(hour, minute, 0, 0));
        if then > now {
            return then;
        }
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => return Stamp::from_micros(i64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_later_than_now_on_the_shops_clock() {
        let next = |now: &str| {
            let at = TimeOfDay::parse("03:30").unwrap();
            following(&Zone::shanghai(), at, Stamp::parse(now).unwrap()).to_string()
        };
        assert_eq!(next("2026-11-22T03:29:59+08:00"), "2026-11-21T19:30:00Z");
        assert_eq!(next("2026-11-22T03:30:00+08:00"), "2026-11-22T19:30:00Z");
        assert_eq!(next("2026-11-22T23:00:00+08:00"), "2026-11-22T19:30:00Z");
        assert_eq!(next("2026-12-31T04:00:00+08:00"), "2026-12-31T19:30:00Z");
    }
}
