//! What can go wrong in the store.

use std::sync::Arc;
use yingke_kernel::{Problem, ProblemKind};

/// The outcome of a store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Which kind of constraint refused a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Unique index or primary key.
    Unique,
    /// Reference to a row that is not there, or from one that still is.
    ForeignKey,
    /// CHECK.
    Check,
    /// NOT NULL.
    NotNull,
}

/// Why a transaction was not done, or is not known to be done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A constraint refused a statement. `name` is the same on both databases: the index's or constraint's own name,
    /// or PostgreSQL's default for one without (`table_column_key`, `table_pkey`, `table_column_not_null`).
    /// SQLite does not name foreign keys: there `name` is empty.
    #[error("constraint {name:?} refused: {text}")]
    Constraint {
        /// Name as above.
        name: String,
        /// Kind.
        kind: ConstraintKind,
        /// The database's own words, for logs only.
        text: String,
    },
    /// The disk or the page limit is reached. Nothing of the transaction was kept.
    #[error("no room left on the disk of the database; make room, nothing was stored")]
    Full,
    /// The database was locked, or the transaction met others too often. Nothing was kept; it may be repeated.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The store is stopping. Nothing was kept.
    #[error("the store is stopping")]
    Closed,
    /// The closure panicked and was rolled back.
    #[error("the transaction panicked: {0}")]
    Panicked(String),
    /// What was read is not what the code expects: a column of another type, a missing row.
    #[error("unexpected content of the database: {0}")]
    Inconsistent(String),
    /// [`crate::Tx::one`] met no row, or more than one.
    #[error("expected one row, met {0}")]
    NotOne(usize),
    /// A report took longer than it may.
    #[error("the report took longer than {0} ms and was stopped")]
    TimedOut(u64),
    /// The database could not be reached. Nothing was kept.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection broke while COMMIT was under way: stored or not, nobody knows. Repeat with the same client id.
    #[error("the connection broke during the commit; whether it is stored is unknown: {0}")]
    Unknown(String),
    /// The data folder cannot be opened: held by another process, wrong settings, newer schema.
    #[error("{0}")]
    Refused(String),
    /// Any other error of the database or its driver.
    #[error("database: {0}")]
    Driver(String),
    /// The closure itself refused.
    #[error("{0}")]
    Problem(Problem),
    /// An error of the closure's own.
    #[error("{0}")]
    App(Arc<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps an error of the caller's own, so that it leaves the transaction and rolls it back.
    pub fn app(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::App(Arc::new(error))
    }
    /// Content that the code does not expect.
    pub(crate) fn inconsistent(what: impl Into<String>) -> Self {
        Self::Inconsistent(what.into())
    }
    /// The whole group must be run again or given up: nothing inside one closure can mend it.
    pub(crate) fn is_of_group(&self) -> bool {
        matches!(
            self,
            Self::Busy(_) | Self::Unavailable(_) | Self::Unknown(_) | Self::Closed
        )
    }
    /// Whether this is the named constraint. A name ending in `_fkey` matches any foreign key of SQLite.
    pub fn is_constraint(&self, wanted: &str) -> bool {
        match self {
            Self::Constraint { name, kind, .. } => {
                name == wanted
                    || (*kind == ConstraintKind::ForeignKey && name.is_empty() && wanted.ends_with("_fkey"))
            }
            _ => false,
        }
    }
}

impl From<Problem> for StoreError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Problem {
    /// For the wire: the closure's own problem, "not now" where repeating helps, else an internal one without inner words.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Problem(problem) => problem,
            StoreError::Full => Problem::new(
                ProblemKind::Unavailable,
                "disk_full",
                "the disk of the database is full; nothing was stored, repeat when there is room",
            ),
            StoreError::Busy(_)
            | StoreError::Closed
            | StoreError::Unavailable(_)
            | StoreError::Unknown(_) => Problem::new(
                ProblemKind::Unavailable,
                "store_unavailable",
                "the store does not answer now; repeat with the same client id",
            ),
            StoreError::TimedOut(_) => Problem::new(
                ProblemKind::Unavailable,
                "report_too_slow",
                "the report took too long; choose a shorter span",
            ),
            _ => Problem::new(
                ProblemKind::Internal,
                "internal",
                "an internal error; see the server's log",
            ),
        }
    }
}

/// Turns a refused constraint into the caller's own problem.
pub trait OnConstraint {
    /// If the error is the constraint `name` (see [`StoreError::Constraint`]), the given problem instead.
    ///
    /// The transaction stays failed: return the error. To go on after it, wrap the statement in [`crate::Tx::attempt`].
    #[must_use]
    fn on_constraint(self, name: &str, problem: impl FnOnce() -> Problem) -> Self;
}

impl<T> OnConstraint for Result<T> {
    fn on_constraint(self, name: &str, problem: impl FnOnce() -> Problem) -> Self {
        self.map_err(|e| {
            if e.is_constraint(name) {
                StoreError::Problem(problem())
            } else {
                e
            }
        })
    }
}
