//! The widget, and what the house knows of a buyer.

pub(crate) mod change;
pub(crate) mod conversations;
pub(crate) mod delete_tag;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod hello;
pub(crate) mod orders;
pub(crate) mod own_orders;
pub(crate) mod put_tag;
pub(crate) mod reveal;
pub(crate) mod tags;
