//! The waiting line of a writer: bounded, two lanes, arrival order.

use super::job::Job;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use tokio::sync::oneshot;

/// Work enters in call order and always at once; the bound works by *admission*: what stands beyond it gets a receiver that
/// speaks when there is room, and its caller brings nothing more until then. So one caller's order is never broken, and
/// at most one job per caller stands beyond the bound.
pub(crate) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    interactive: Side,
    background: Side,
    closed: bool,
}

struct Side {
    jobs: VecDeque<Box<dyn Job>>,
    bound: usize,
    /// Number of the next job to come in, and of the next to be taken.
    pushed: u64,
    taken: u64,
    beyond: VecDeque<(u64, oneshot::Sender<()>)>,
}

impl Side {
    fn new(bound: usize) -> Self {
        Self {
            jobs: VecDeque::new(),
            bound: bound.max(1),
            pushed: 0,
            taken: 0,
            beyond: VecDeque::new(),
        }
    }
    fn push(&mut self, job: Box<dyn Job>) -> Option<oneshot::Receiver<()>> {
        let number = self.pushed;
        self.pushed += 1;
        self.jobs.push_back(job);
        if self.jobs.len() <= self.bound {
            return None;
        }
        let (send, receive) = oneshot::channel();
        self.beyond.push_back((number, send));
        Some(receive)
    }
    fn take(&mut self, most: usize, into: &mut Vec<Box<dyn Job>>) {
        let count = most.min(self.jobs.len());
        into.extend(self.jobs.drain(..count));
        self.taken += count as u64;
        while let Some((number, _)) = self.beyond.front()
            && *number < self.taken + self.bound as u64
            && let Some((_, admit)) = self.beyond.pop_front()
        {
            let _ = admit.send(());
        }
    }
}

/// Background jobs that one group takes: beside interactive work, and without.
const BACKGROUND_BESIDE: usize = 1;
const BACKGROUND_ALONE: usize = 4;

impl Queue {
    pub(crate) fn new(bound: usize) -> Self {
        let state = State {
            interactive: Side::new(bound),
            background: Side::new((bound / 16).max(4)),
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            wake: Condvar::new(),
        }
    }

    /// Puts the job in the line. `Err` gives it back when the store is stopping.
    pub(crate) fn push(
        &self,
        background: bool,
        job: Box<dyn Job>,
    ) -> Result<Option<oneshot::Receiver<()>>, Box<dyn Job>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(job);
        }
        let room = if background {
            state.background.push(job)
        } else {
            state.interactive.push(job)
        };
        drop(state);
        self.wake.notify_one();
        Ok(room)
    }

    /// Waits for work and takes up to `most`, interactive first. `None` when closed and empty.
    pub(crate) fn take(&self, most: usize) -> Option<Vec<Box<dyn Job>>> {
        let mut state = self.state.lock();
        loop {
            let mut jobs = Vec::new();
            state.interactive.take(most, &mut jobs);
            let few = if jobs.is_empty() {
                BACKGROUND_ALONE
            } else {
                BACKGROUND_BESIDE
            };
            state.background.take(few, &mut jobs);
            if !jobs.is_empty() {
                return Some(jobs);
            }
            if state.closed {
                return None;
            }
            self.wake.wait(&mut state);
        }
    }

    /// Jobs waiting, for choosing the shortest lane and for the metrics.
    pub(crate) fn len(&self) -> usize {
        let state = self.state.lock();
        state.interactive.jobs.len() + state.background.jobs.len()
    }

    /// The writer is gone: nobody will do what waits, so nobody may wait for it.
    pub(crate) fn abandon(&self) {
        let waiting = {
            let mut state = self.state.lock();
            state.closed = true;
            (
                std::mem::take(&mut state.interactive.jobs),
                std::mem::take(&mut state.background.jobs),
            )
        };
        // Dropped outside the lock: each answers `Closed`.
        drop(waiting);
    }

    /// Takes nothing more; what waits is still done.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.wake.notify_all();
    }
}
