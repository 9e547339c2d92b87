//! Reading drafts (R-SPEECH).

pub(crate) mod read;
mod view;
pub(crate) mod words;
