//! What was found wrong: lists, evidence, decisions, appeals.

pub(crate) mod appeal;
pub(crate) mod decide;
pub(crate) mod evidence;
pub(crate) mod list;
pub(crate) mod view;
