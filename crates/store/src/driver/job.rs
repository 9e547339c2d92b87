//! Work for a writer, and how a group of it becomes one transaction.

use super::error::{Result, StoreError};
use super::tx::Tx;
use crate::Effect;
use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use yingke_kernel::Histogram;

/// Jobs of one kind that the writer does together: those that wait one behind the other become one call.
///
/// Order is kept: a closure between two jobs of a kind splits them into two calls.
pub trait BatchJob: Send + Sized + 'static {
    /// What each job is answered.
    type Out: Send + 'static;

    /// Does all jobs, in order, inside one savepoint; one outcome per job, in the same order.
    ///
    /// A job that is answered `Err(StoreError::Problem)` or `Err(StoreError::App)` was refused by itself and must have
    /// written and emitted nothing; the others stand. If any outcome is another error, if the number of outcomes is wrong,
    /// or on a panic, everything is undone and every job is run again alone (`jobs.len() == 1`), so that a bad
    /// one fails only itself. It may also be run again after a conflict with another lane: it must not change `jobs` in
    /// a way that a second run would mind.
    fn run(tx: &mut Tx<'_>, jobs: &mut [Self]) -> Vec<Result<Self::Out>>;
}

/// One piece of queued work: a closure, or a batch of jobs of one kind.
pub(crate) trait Job: Send {
    /// Number of answers.
    fn len(&self) -> usize;
    /// Runs all of it; an error means that all of it must be undone.
    fn run_all(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// Runs the part `i` alone.
    fn run_one(&mut self, i: usize, tx: &mut Tx<'_>) -> Result<()>;
    /// The part `i` is answered with this error.
    fn fail(&mut self, i: usize, error: StoreError);
    /// Whether any part has a good outcome so far.
    fn any_done(&self) -> bool;
    /// Sends the answers. A part without outcome is answered `Closed`.
    fn answer(self: Box<Self>);
    /// The kind of batch job.
    fn kind(&self) -> Option<TypeId>;
    /// Takes the parts of another of the same kind.
    fn absorb(&mut self, other: Box<dyn Job>);
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

pub(crate) struct Closure<T, F> {
    run: F,
    outcome: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F> Closure<T, F> {
    pub(crate) fn new(run: F, answer: oneshot::Sender<Result<T>>) -> Self {
        Self {
            run,
            outcome: None,
            answer,
        }
    }
}

impl<T, F> Job for Closure<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    fn len(&self) -> usize {
        1
    }
    fn run_all(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.outcome = None;
        let value = (self.run)(tx)?;
        self.outcome = Some(Ok(value));
        Ok(())
    }
    fn run_one(&mut self, _: usize, tx: &mut Tx<'_>) -> Result<()> {
        self.run_all(tx)
    }
    fn fail(&mut self, _: usize, error: StoreError) {
        self.outcome = Some(Err(error));
    }
    fn any_done(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }
    fn answer(self: Box<Self>) {
        // Nobody waiting is no error: the work was done in its turn.
        let _ = self.answer.send(self.outcome.unwrap_or(Err(StoreError::Closed)));
    }
    fn kind(&self) -> Option<TypeId> {
        None
    }
    fn absorb(&mut self, _: Box<dyn Job>) {}
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

pub(crate) struct Batch<J: BatchJob> {
    jobs: Vec<J>,
    outcomes: Vec<Option<Result<J::Out>>>,
    answers: Vec<oneshot::Sender<Result<J::Out>>>,
}

impl<J: BatchJob> Batch<J> {
    pub(crate) fn new(job: J, answer: oneshot::Sender<Result<J::Out>>) -> Self {
        Self {
            jobs: vec![job],
            outcomes: vec![None],
            answers: vec![answer],
        }
    }
}

fn refused_by_itself(error: &StoreError) -> bool {
    matches!(error, StoreError::Problem(_) | StoreError::App(_))
}

impl<J: BatchJob> Job for Batch<J> {
    fn len(&self) -> usize {
        self.jobs.len()
    }
    fn run_all(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.outcomes.iter_mut().for_each(|o| *o = None);
        let outcomes = J::run(tx, &mut self.jobs);
        if outcomes.len() != self.jobs.len() {
            return Err(StoreError::inconsistent(format!(
                "a batch of {} jobs gave {} outcomes",
                self.jobs.len(),
                outcomes.len()
            )));
        }
        // A single job that refuses is rolled back like any closure.
        let alone = self.jobs.len() == 1;
        let mut kept = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                Err(error) if alone || !refused_by_itself(&error) => return Err(error),
                other => kept.push(Some(other)),
            }
        }
        // Nobody got through: undo whatever was written on the way and let each speak for itself.
        if !alone && kept.iter().all(|outcome| matches!(outcome, Some(Err(_)))) {
            return Err(StoreError::inconsistent("a batch refused all its jobs"));
        }
        self.outcomes = kept;
        Ok(())
    }
    fn run_one(&mut self, i: usize, tx: &mut Tx<'_>) -> Result<()> {
        self.outcomes[i] = None;
        let mut outcomes = J::run(tx, &mut self.jobs[i..=i]);
        match (outcomes.pop(), outcomes.is_empty()) {
            (Some(outcome), true) => {
                self.outcomes[i] = Some(Ok(outcome?));
                Ok(())
            }
            _ => Err(StoreError::inconsistent("a job alone gave no single outcome")),
        }
    }
    fn fail(&mut self, i: usize, error: StoreError) {
        self.outcomes[i] = Some(Err(error));
    }
    fn any_done(&self) -> bool {
        self.outcomes.iter().any(|o| matches!(o, Some(Ok(_))))
    }
    fn answer(self: Box<Self>) {
        for (answer, outcome) in self.answers.into_iter().zip(self.outcomes) {
            let _ = answer.send(outcome.unwrap_or(Err(StoreError::Closed)));
        }
    }
    fn kind(&self) -> Option<TypeId> {
        Some(TypeId::of::<J>())
    }
    fn absorb(&mut self, other: Box<dyn Job>) {
        if let Ok(mut other) = other.into_any().downcast::<Self>() {
            self.jobs.append(&mut other.jobs);
            self.outcomes.append(&mut other.outcomes);
            self.answers.append(&mut other.answers);
        }
    }
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Joins neighbours of one kind.
pub(crate) fn join(jobs: impl IntoIterator<Item = Box<dyn Job>>) -> Vec<Box<dyn Job>> {
    let mut joined: Vec<Box<dyn Job>> = Vec::new();
    for job in jobs {
        match joined.last_mut() {
            Some(last) if last.kind().is_some() && last.kind() == job.kind() => last.absorb(job),
            _ => joined.push(job),
        }
    }
    joined
}

/// What a group needs of a connection.
pub(crate) trait Engine {
    fn begin(&mut self) -> Result<()>;
    /// A snapshot that writes nothing, stopped after `limit`.
    fn begin_read(&mut self, limit: Option<Duration>) -> Result<()>;
    fn savepoint(&mut self) -> Result<()>;
    fn rollback_to(&mut self) -> Result<()>;
    fn release(&mut self) -> Result<()>;
    /// `Unknown` if nobody can tell whether it is stored; any other error: nothing is.
    fn commit(&mut self) -> Result<()>;
    /// Never fails: a connection that cannot roll back is closed.
    fn rollback(&mut self);
    /// Whether the transaction that was begun is still there.
    fn is_open(&self) -> bool;
    fn tx(&mut self) -> Tx<'_>;
}

/// How often a group is run again after conflicts, each time after a longer pause.
const ATTEMPTS: u32 = 8;

/// Runs a group to its end: every job has its outcome afterwards, the effects of those stored are returned in commit order.
pub(crate) fn run_group(
    engine: &mut impl Engine,
    jobs: &mut [Box<dyn Job>],
    commits: &Histogram,
) -> Vec<Effect> {
    let parts: usize = jobs.iter().map(|j| j.len()).sum();
    for attempt in 1..=ATTEMPTS {
        match try_group(engine, jobs, commits) {
            Ok(effects) => return effects,
            // A constraint that is checked at the commit: the guilty one is found by running each alone.
            Err(StoreError::Constraint { .. }) if parts > 1 => return one_by_one(engine, jobs, commits),
            Err(StoreError::Busy(_) | StoreError::Unavailable(_)) if attempt < ATTEMPTS => {
                if attempt >= ATTEMPTS / 2 && jobs.len() > 1 {
                    return one_by_one(engine, jobs, commits);
                }
                std::thread::sleep(Duration::from_millis(1 << attempt.min(6)));
            }
            Err(error) => {
                for job in jobs.iter_mut() {
                    for i in 0..job.len() {
                        job.fail(i, error.clone());
                    }
                }
                return Vec::new();
            }
        }
    }
    Vec::new()
}

/// Each part in a transaction of its own.
fn one_by_one(engine: &mut impl Engine, jobs: &mut [Box<dyn Job>], commits: &Histogram) -> Vec<Effect> {
    let mut effects = Vec::new();
    for job in jobs {
        for i in 0..job.len() {
            for attempt in 1..=ATTEMPTS {
                match alone(engine, job.as_mut(), i, commits) {
                    Ok(mut new) => {
                        effects.append(&mut new);
                        break;
                    }
                    Err(StoreError::Busy(_) | StoreError::Unavailable(_)) if attempt < ATTEMPTS => {
                        std::thread::sleep(Duration::from_millis(1 << attempt.min(6)));
                    }
                    Err(error) => {
                        job.fail(i, error);
                        break;
                    }
                }
            }
        }
    }
    effects
}

fn alone(engine: &mut impl Engine, job: &mut dyn Job, i: usize, commits: &Histogram) -> Result<Vec<Effect>> {
    engine.begin()?;
    match guarded(engine, |tx| job.run_one(i, tx))
        .and_then(|effects| commit(engine, commits).map(|()| effects))
    {
        Ok(effects) => Ok(effects),
        Err(error) => {
            engine.rollback();
            Err(error)
        }
    }
}

fn commit(engine: &mut impl Engine, commits: &Histogram) -> Result<()> {
    let begun = Instant::now();
    let outcome = engine.commit();
    commits.record(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
    outcome
}

/// `Err` means that nothing of the group is stored (or that it is unknown).
fn try_group(
    engine: &mut impl Engine,
    jobs: &mut [Box<dyn Job>],
    commits: &Histogram,
) -> Result<Vec<Effect>> {
    engine.begin()?;
    match in_transaction(engine, jobs).and_then(|effects| {
        if jobs.iter().any(|job| job.any_done()) {
            commit(engine, commits)?;
        } else {
            engine.rollback();
        }
        Ok(effects)
    }) {
        Ok(effects) => Ok(effects),
        Err(error) => {
            engine.rollback();
            Err(error)
        }
    }
}

fn in_transaction(engine: &mut impl Engine, jobs: &mut [Box<dyn Job>]) -> Result<Vec<Effect>> {
    let mut effects = Vec::new();
    if let [only] = jobs
        && only.len() == 1
    {
        // No savepoint for a lone job: its failure is the transaction's.
        match guarded(engine, |tx| only.run_all(tx)) {
            Ok(new) => effects = new,
            Err(error) if is_fatal(engine, &error) => return Err(error),
            Err(error) => only.fail(0, error),
        }
        return Ok(effects);
    }
    for job in jobs {
        match in_savepoint(engine, |tx| job.run_all(tx))? {
            Ok(mut new) => effects.append(&mut new),
            Err(error) if job.len() == 1 => job.fail(0, error),
            Err(_) => {
                for i in 0..job.len() {
                    match in_savepoint(engine, |tx| job.run_one(i, tx))? {
                        Ok(mut new) => effects.append(&mut new),
                        Err(error) => job.fail(i, error),
                    }
                }
            }
        }
    }
    Ok(effects)
}

/// The outer error is the group's, the inner one the part's own.
fn in_savepoint(
    engine: &mut impl Engine,
    run: impl FnOnce(&mut Tx<'_>) -> Result<()>,
) -> Result<Result<Vec<Effect>>> {
    engine.savepoint()?;
    match guarded(engine, run) {
        Ok(effects) => {
            engine.release()?;
            Ok(Ok(effects))
        }
        Err(error) if is_fatal(engine, &error) => Err(error),
        Err(error) => {
            engine.rollback_to()?;
            Ok(Err(error))
        }
    }
}

fn is_fatal(engine: &impl Engine, error: &StoreError) -> bool {
    !engine.is_open() || error.is_of_group()
}

/// Runs with a fresh `Tx`; a panic, or a failed statement that the closure did not return, is an error like another.
pub(crate) fn guarded(
    engine: &mut impl Engine,
    run: impl FnOnce(&mut Tx<'_>) -> Result<()>,
) -> Result<Vec<Effect>> {
    let mut tx = engine.tx();
    let outcome =
        catch_unwind(AssertUnwindSafe(|| run(&mut tx))).unwrap_or_else(|panic| Err(panicked(&*panic)));
    let Tx { effects, failed, .. } = tx;
    match (outcome, failed) {
        (Ok(()), None) => Ok(effects),
        // What concerns the whole group outweighs what the closure made of it.
        (_, Some(inner)) if inner.is_of_group() => Err(inner),
        (Err(error), _) => Err(error),
        (Ok(()), Some(inner)) => Err(inner),
    }
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    tracing::error!(panic = %text, "a transaction panicked and was rolled back");
    StoreError::Panicked(text)
}

/// Runs a reading closure on its own snapshot.
pub(crate) fn read_on<T>(
    engine: &mut impl Engine,
    limit: Option<Duration>,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    engine.begin_read(limit)?;
    let deadline = limit.map(|l| {
        (
            Instant::now() + l,
            u64::try_from(l.as_millis()).unwrap_or(u64::MAX),
        )
    });
    let mut out = None;
    let outcome = guarded(engine, |tx| {
        tx.deadline = deadline;
        out = Some(f(tx)?);
        Ok(())
    });
    engine.rollback();
    outcome?;
    out.ok_or_else(|| StoreError::inconsistent("a reading closure gave nothing"))
}
