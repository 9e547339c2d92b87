//! Finding anything: messages, buyers, orders, goods. A follower keeps the index equal to the facts, apart from the message
//! path; a query takes candidates from it and reads the facts themselves before it shows them.

mod build;
mod find;
mod follow;

pub(crate) use find::in_worklog;
pub use find::{
    Cursor, Found, FoundBuyer, FoundMessage, FoundOrder, FoundProduct, PAGE_MAX, SearchQuery, search,
    search_shops,
};
pub(crate) use follow::Follower;
pub use follow::{catch_up, run};
pub use yingke_store::search::Kind;

/// For commands without a follower of their own: finds what changed since the last one ran, and takes it in.
pub async fn settle(house: &crate::House) -> crate::Result<()> {
    follow::begin(house).await?;
    follow::catch_up(house).await
}
