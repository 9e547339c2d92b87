//! Notices to the team: written, confirmed, corrected, withdrawn.

pub(crate) mod confirm;
pub(crate) mod correct;
pub(crate) mod list;
pub(crate) mod post;
pub(crate) mod remind;
pub(crate) mod show;
pub(crate) mod view;
pub(crate) mod withdraw;
