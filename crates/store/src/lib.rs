//! The only room that knows a database: SQLite by one writer with group commit, PostgreSQL by lanes.
//!
//! [`Store`] opens either; [`Store::write`] runs a closure over a [`Tx`] and answers when it is on disk; `src/driver/` says how.
//! One module per capability holds its statements, which stand in `queries/<capability>/`.

mod driver;
mod effect;
pub mod migrate;

pub use driver::{
    BatchJob, ConstraintKind, Dialect, FaultHooks, Lane, OnConstraint, OnOpen, Publish, Queued, Result, Role,
    Row, Shape, Sql, SqlPair, Statement, Stats, Store, StoreConfig, StoreError, Target, Tx, Val,
};
pub use effect::Effect;
