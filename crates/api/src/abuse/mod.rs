//! Harassing words: marks, blocks, reports.

pub(crate) mod block;
pub(crate) mod blocks;
pub(crate) mod change_report;
pub(crate) mod decide;
pub(crate) mod evidence;
pub(crate) mod lift;
pub(crate) mod mark;
pub(crate) mod marks;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod thread;
pub(crate) mod view;
