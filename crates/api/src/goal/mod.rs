//! Goals of the day: set, split, and where they stand.

pub(crate) mod list;
pub(crate) mod set;
pub(crate) mod today;
pub(crate) mod view;
