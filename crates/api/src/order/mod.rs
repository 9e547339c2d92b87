//! Orders of all platforms (R-ORDER-01).

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod reveal;
pub(crate) mod view;
