//! Use cases: each opens the transaction, calls the rules, writes the events. And the background jobs: the router, the
//! follower of the figures, the timers. Nothing here knows HTTP or SQL; nothing of the rulebook is decided here.

pub mod abuse;
pub mod access;
pub mod backup;
pub mod bargain;
pub mod buyer;
pub mod call;
pub mod conversation;
pub mod duty;
pub mod escalation;
pub mod file;
pub mod gauge;
pub mod goal;
pub mod goods;
pub mod guard;
pub mod incident;
pub mod intake;
pub mod metric;
pub mod notice;
pub mod order;
pub mod phrase;
pub mod policy;
pub mod presence;
pub mod retention;
pub mod routing;
pub mod search;
pub mod shop;
pub mod suggest;
pub mod worklog;

mod directory;
mod house;
mod secret;

pub use directory::{Account, Directory, Person, Shop};
pub use house::{Caller, Guest, House, HouseConfig, Staff};
pub use secret::{new_secret, secret_hash};
pub use shop::ShopSettings;
pub use yingke_kernel::Problem;
pub use yingke_store::Effect;
pub use yingke_store::conversation::{Appeared, EntryRow, ThreadRow};

/// The outcome of a use case.
pub type Result<T> = std::result::Result<T, Problem>;
