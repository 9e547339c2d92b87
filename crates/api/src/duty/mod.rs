//! The lists of the day.

pub(crate) mod days;
pub(crate) mod found;
pub(crate) mod group;
pub(crate) mod list;
pub(crate) mod more;
pub(crate) mod own;
pub(crate) mod set_own;
pub(crate) mod summary;
pub(crate) mod tick;
pub(crate) mod undo;
pub(crate) mod view;
