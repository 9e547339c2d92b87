//! Telephone calls with buyers.

pub(crate) mod change;
pub(crate) mod confirm;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod open;
pub(crate) mod thread;
pub(crate) mod view;
