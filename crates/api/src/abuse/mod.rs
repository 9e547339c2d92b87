//! Harassing words: marks, blocks.

pub(crate) mod block;
pub(crate) mod blocks;
pub(crate) mod decide;
pub(crate) mod lift;
pub(crate) mod mark;
pub(crate) mod marks;
pub(crate) mod thread;
pub(crate) mod view;
