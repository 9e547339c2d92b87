//! The service figures: a follower derives each thread's part of its days from the facts, sums the days, and is always
//! equal to a computation from scratch. Reports add the day rows; any number opens down to its turns and messages.

mod derive;
mod export;
mod follow;
mod open;
mod report;
mod sheet;

pub(crate) use derive::{Deriver, Ground, Names};
pub use export::{Lang, exported, table, workbook};
pub(crate) use follow::Follower;
pub use follow::{catch_up, redo_everything, run};
pub use open::{FoundMessage, FoundTurn, OpenQuery, Opened, open};
pub use report::{Query, performance, performance_under};
pub use sheet::{RowDays, Sheet, sheet};

/// For commands without a follower of their own: finds what changed since the last one ran, and derives it.
pub async fn settle(house: &crate::House) -> crate::Result<()> {
    follow::begin(house).await?;
    follow::catch_up(house).await
}
