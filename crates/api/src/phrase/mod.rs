//! Quick phrases, the team's and one's own (R-PHRASE-01..09).

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod export;
pub(crate) mod facts;
pub(crate) mod figures;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod move_to;
pub(crate) mod picture;
pub(crate) mod put_stock;
pub(crate) mod record_use;
pub(crate) mod remove;
pub(crate) mod remove_many;
pub(crate) mod removed;
pub(crate) mod rename_group;
pub(crate) mod restore;
pub(crate) mod sets;
pub(crate) mod uses;
pub(crate) mod view;
