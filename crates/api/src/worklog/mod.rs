//! The work log.

pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod tags;
pub(crate) mod view;
pub(crate) mod write;
