//! Threads, their entries, and what an agent does with a conversation.

pub(crate) mod ask_rating;
pub(crate) mod close;
pub(crate) mod entries;
pub(crate) mod mark_unread;
pub(crate) mod mentions;
pub(crate) mod mentions_seen;
pub(crate) mod note;
pub(crate) mod offers;
pub(crate) mod open_file;
pub(crate) mod recall;
pub(crate) mod reopen;
pub(crate) mod set_stage;
pub(crate) mod take;
pub(crate) mod thread;
pub(crate) mod threads;
pub(crate) mod transfer;
pub(crate) mod upload;
pub(crate) mod view;
pub(crate) mod waive;
