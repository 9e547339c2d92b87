//! Where the time comes from: passed in, so that tests decide it.

use crate::Stamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// A source of the present time.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Stamp;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Stamp {
        Stamp::from(jiff::Timestamp::now())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at the given instant.
    pub fn at(now: Stamp) -> Self {
        Self(AtomicI64::new(now.micros()))
    }
    /// Moves on by so many seconds.
    pub fn advance_secs(&self, secs: i64) {
        self.0.fetch_add(secs * 1_000_000, Ordering::SeqCst);
    }
    /// Stands at another instant.
    pub fn set(&self, now: Stamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Stamp {
        Stamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
