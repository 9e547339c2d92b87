//! Reading drafts (R-SPEECH).

pub(crate) mod overrule;
pub(crate) mod read;
