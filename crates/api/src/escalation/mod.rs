//! Matters that were handed up.

pub(crate) mod list;
