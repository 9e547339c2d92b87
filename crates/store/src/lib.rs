//! The only room that knows a database: SQLite by one writer with group commit, PostgreSQL by lanes.
//!
//! [`Store`] opens either; [`Store::write`] runs a closure over a [`Tx`] and answers when it is on disk; `src/driver/` says how.
//! One module per capability holds its statements, which stand in `queries/<capability>/`.

pub mod access;
pub mod append;
pub mod buyer;
pub mod conversation;
mod driver;
mod effect;
pub mod file;
pub mod intake;
pub mod metric;
pub mod migrate;
pub mod order;
pub mod presence;
pub mod shop;

pub use append::{AppendJob, Appended};
pub use driver::{
    BatchJob, ConstraintKind, Dialect, FaultHooks, Lane, OnConstraint, OnOpen, Publish, Queued, Result, Role,
    Row, Shape, Sql, SqlPair, Statement, Store, StoreConfig, StoreError, Target, Tx, Val,
};
pub use effect::Effect;

impl BatchJob for AppendJob {
    type Out = Appended;

    fn run(tx: &mut Tx<'_>, jobs: &mut [Self]) -> Vec<Result<Appended>> {
        append::append_group(tx, jobs)
    }
}

impl Store {
    /// Puts a message in the line of its thread, in call order: all that wait are stored by a few statements together.
    pub fn append_queued(&self, job: AppendJob) -> Queued<Appended> {
        self.batch_queued(Lane::from(job.thread), job)
    }
}
