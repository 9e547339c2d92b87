//! The only room that knows a database: SQLite by one writer with group commit, PostgreSQL by lanes.
//!
//! [`Store`] opens either; [`Store::write`] runs a closure over a [`Tx`] and answers when it is on disk; `src/driver/` says how.
//! One module per capability holds its statements, which stand in `queries/<capability>/`.

pub mod abuse;
pub mod access;
pub mod append;
pub mod backup;
pub mod bargain;
pub mod buyer;
pub mod call;
pub mod conversation;
mod driver;
pub mod duty;
mod effect;
pub mod escalation;
pub mod file;
pub mod goal;
pub mod goods;
pub mod guard;
pub mod health;
pub mod history;
pub mod incident;
pub mod intake;
pub mod metric;
pub mod migrate;
pub mod notice;
pub mod order;
pub mod phrase;
pub mod policy;
pub mod presence;
pub mod retention;
pub mod routing;
pub mod search;
pub mod shop;
pub mod suggest;
pub mod worklog;

pub use append::{AppendJob, Appended, Ground};
pub use driver::{
    BatchJob, ConstraintKind, Dialect, FaultHooks, Figures, Lane, OnConstraint, OnOpen, Publish, Queued,
    Result, Role, Row, Shape, Sql, SqlPair, Statement, Store, StoreConfig, StoreError, Target, Tx, Val,
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

/// A part of a text as `LIKE … ESCAPE '\\'` takes it, in small letters; empty for no words.
fn pattern(words: &str) -> String {
    let words = words.trim().to_ascii_lowercase();
    if words.is_empty() {
        return String::new();
    }
    let mut pattern = String::with_capacity(words.len() + 2);
    pattern.push('%');
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
