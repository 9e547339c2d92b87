//! Goods of a shop (R-GOODS-01).

pub(crate) mod categories;
pub(crate) mod change;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod picture;
pub(crate) mod remove_picture;
pub(crate) mod set_picture;
pub(crate) mod shelf;
pub(crate) mod view;
