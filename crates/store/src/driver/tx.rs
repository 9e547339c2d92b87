//! A transaction: what a closure sees of either database.

use super::error::{Result, StoreError};
use super::{Dialect, postgres::PgConn, sqlite::LiteConn, statement, value};
use crate::{Effect, Row, Statement, Val};
use std::time::Instant;

/// One transaction, or one closure's part of a group of them. Statements are the same on both databases.
///
/// After a statement failed, every further one is refused until the closure returns, on both databases alike (PostgreSQL
/// cannot go on either); wrap a statement that may fail in [`Tx::attempt`].
pub struct Tx<'c> {
    pub(crate) conn: Conn<'c>,
    pub(crate) effects: Vec<Effect>,
    /// The first failed statement since the last savepoint.
    pub(crate) failed: Option<StoreError>,
    /// Reports end here.
    pub(crate) deadline: Option<(Instant, u64)>,
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c LiteConn),
    Postgres(&'c mut PgConn),
}

/// What a prepared statement takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Number of parameters.
    pub parameters: usize,
    /// Number of columns.
    pub columns: usize,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>) -> Self {
        Self {
            conn,
            effects: Vec::new(),
            failed: None,
            deadline: None,
        }
    }

    /// Which database this is; only for statements that the two cannot say in one.
    pub fn dialect(&self) -> Dialect {
        match self.conn {
            Conn::Sqlite(_) => Dialect::Sqlite,
            Conn::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Something to publish once the transaction is on disk. Dropped if the closure fails or is rolled back.
    pub fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Runs a statement without rows; the number of rows it changed.
    ///
    /// # Errors
    /// `Constraint`, `Full`, `Busy`, `Driver` …; see [`StoreError`].
    pub fn exec(&mut self, statement: impl Into<Statement>, args: &[Val<'_>]) -> Result<u64> {
        self.run(&statement.into(), args, Want::Changes, &mut |_| Ok(()))
    }

    /// Runs a statement once for each row of parameters; the number of rows changed in all.
    ///
    /// # Errors
    /// As [`Tx::exec`]; the first failure ends it.
    pub fn exec_many(&mut self, statement: impl Into<Statement>, rows: &[Vec<Val<'_>>]) -> Result<u64> {
        let statement = statement.into();
        if let Conn::Sqlite(_) = self.conn {
            let ready = statement::ready(&statement, Dialect::Sqlite);
            return self.guarded(|conn, _| match conn {
                Conn::Sqlite(conn) => conn.run_many(&ready, rows),
                Conn::Postgres(_) => Err(StoreError::inconsistent("a connection changed its database")),
            });
        }
        let mut changed = 0;
        for row in rows {
            changed += self.run(&statement, row, Want::Changes, &mut |_| Ok(()))?;
        }
        Ok(changed)
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// As [`Tx::exec`], and whatever `read` returns.
    pub fn opt<T>(
        &mut self,
        statement: impl Into<Statement>,
        args: &[Val<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.run(&statement.into(), args, Want::First, &mut |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotOne` if there is none, else as [`Tx::opt`].
    pub fn one<T>(
        &mut self,
        statement: impl Into<Statement>,
        args: &[Val<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.opt(statement, args, read)?.ok_or(StoreError::NotOne(0))
    }

    /// All rows.
    ///
    /// # Errors
    /// As [`Tx::opt`].
    pub fn all<T>(
        &mut self,
        statement: impl Into<Statement>,
        args: &[Val<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.run(&statement.into(), args, Want::Rows, &mut |row| {
            rows.push(read(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Each row in turn, without holding them all: memory stays bounded however many there are.
    ///
    /// # Errors
    /// As [`Tx::opt`]; the first failure of `read` ends it.
    pub fn each(
        &mut self,
        statement: impl Into<Statement>,
        args: &[Val<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.run(&statement.into(), args, Want::Rows, &mut read)
            .map(|_| ())
    }

    /// Runs several statements without parameters, separated by `;` (migrations).
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn batch(&mut self, text: &str) -> Result<()> {
        self.guarded(|conn, _| match conn {
            Conn::Sqlite(conn) => conn.batch(text),
            Conn::Postgres(conn) => conn.batch(text),
        })
    }

    /// PostgreSQL only: rows in the text form of `COPY … FROM STDIN`; the number of rows stored.
    ///
    /// # Errors
    /// As [`Tx::exec`]; `Inconsistent` on SQLite.
    pub(crate) fn copy_in(&mut self, statement: &str, rows: &[u8]) -> Result<u64> {
        self.guarded(|conn, _| match conn {
            Conn::Sqlite(_) => Err(StoreError::inconsistent("SQLite has no COPY")),
            Conn::Postgres(conn) => conn.copy_in(statement, rows),
        })
    }

    /// Prepares a statement without running it: how many parameters and columns it has.
    ///
    /// # Errors
    /// `Driver` with the database's words if it does not take the statement.
    pub fn describe(&mut self, statement: impl Into<Statement>) -> Result<Shape> {
        let statement = statement.into();
        let ready = statement::ready(&statement, self.dialect());
        self.guarded(|conn, _| match conn {
            Conn::Sqlite(conn) => conn.describe(&ready),
            Conn::Postgres(conn) => conn.describe(&ready),
        })
    }

    /// Runs `part` in a savepoint of its own: if it fails, only it is undone and this transaction goes on.
    ///
    /// # Errors
    /// What `part` returned; or the failure of the whole transaction, after which nothing goes on.
    pub fn attempt<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch(SAVEPOINT)?;
        let mark = self.effects.len();
        let outcome = part(self);
        match (outcome, &self.failed) {
            (Ok(value), None) => {
                self.batch(RELEASE)?;
                Ok(value)
            }
            (outcome, failed) => {
                let error = match (outcome, failed) {
                    (_, Some(inner)) if inner.is_of_group() => return Err(inner.clone()),
                    (Err(error), _) => error,
                    (Ok(_), Some(inner)) => inner.clone(),
                    (Ok(_), None) => StoreError::inconsistent("a savepoint neither failed nor ended"),
                };
                if !self.is_open() {
                    self.failed.get_or_insert_with(|| error.clone());
                    return Err(error);
                }
                self.effects.truncate(mark);
                self.failed = None;
                self.batch(ROLLBACK_TO)?;
                Err(error)
            }
        }
    }

    /// Whether the transaction is still there. A full disk ends it under our feet.
    fn is_open(&self) -> bool {
        match &self.conn {
            Conn::Sqlite(conn) => conn.is_open(),
            Conn::Postgres(conn) => conn.is_open(),
        }
    }

    fn run(
        &mut self,
        statement: &Statement,
        args: &[Val<'_>],
        want: Want,
        read: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<u64> {
        let ready = statement::ready(statement, self.dialect());
        // What `read` refuses is the caller's error, not the database's: the transaction itself is sound.
        let mut refused = None;
        let mut each = |row: value::Inner<'_>| match read(&Row(row)) {
            Ok(()) => true,
            Err(error) => {
                refused = Some(error);
                false
            }
        };
        let changed = self.guarded(|conn, deadline| match conn {
            Conn::Sqlite(conn) => conn.run(&ready, args, want, &mut each),
            Conn::Postgres(conn) => conn.run(&ready, args, want, deadline, &mut each),
        })?;
        refused.map_or(Ok(changed), Err)
    }

    fn guarded<T>(
        &mut self,
        run: impl FnOnce(&mut Conn<'c>, Option<(Instant, u64)>) -> Result<T>,
    ) -> Result<T> {
        if let Some(before) = &self.failed {
            return Err(StoreError::inconsistent(format!(
                "a statement after a failed one; return the error, or wrap what may fail in Tx::attempt ({before})"
            )));
        }
        if let Some((end, limit)) = self.deadline
            && Instant::now() >= end
        {
            return Err(StoreError::TimedOut(limit));
        }
        let outcome = run(&mut self.conn, self.deadline).map_err(|e| match (e, self.deadline) {
            (StoreError::TimedOut(_), Some((_, limit))) => StoreError::TimedOut(limit),
            (e, _) => e,
        });
        if let Err(error) = &outcome {
            self.failed = Some(error.clone());
        }
        outcome
    }
}

/// What is wanted of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Changes,
    First,
    Rows,
}

// One name for every depth: both databases take the innermost of that name.
pub(crate) const SAVEPOINT: &str = "SAVEPOINT part";
pub(crate) const RELEASE: &str = "RELEASE SAVEPOINT part";
pub(crate) const ROLLBACK_TO: &str = "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part";
