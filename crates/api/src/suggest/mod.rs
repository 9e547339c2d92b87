//! Suggested answers.

pub(crate) mod answers;
