//! Words that every room of the house shares: typed ids, money, time, problems. No I/O.

mod clock;
mod histogram;
mod id;
mod money;
mod problem;
mod time;

pub use clock::{Clock, ManualClock, SystemClock};
pub use histogram::{Histogram, Reading};
pub use id::*;
pub use money::{Fen, MoneyError};
pub use problem::{Problem, ProblemKind};
pub use time::{Stamp, TimeError, Zone};
