//! A few connections shared by many readers.

use super::error::{Result, StoreError};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections made when first needed, at most `size`. Who holds a permit always finds one or may make one.
pub(crate) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    permits: Arc<Semaphore>,
    make: Box<dyn Fn() -> Result<C> + Send + Sync>,
}

impl<C: Send + 'static> Pool<C> {
    pub(crate) fn new(size: usize, make: impl Fn() -> Result<C> + Send + Sync + 'static) -> Self {
        Self {
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(size.max(1))),
            make: Box::new(make),
        }
    }
    /// Waits for a turn, first come first served.
    pub(crate) async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        self.permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)
    }
    /// Runs with a connection; the caller holds a permit. After a panic the connection is not used again.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut C) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => (self.make)()?,
        };
        let outcome = f(&mut conn);
        let mut idle = self.idle.lock();
        if !self.permits.is_closed() {
            idle.push(conn);
        }
        outcome
    }
    /// Nobody gets a turn any more.
    pub(crate) fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle.lock());
        if idle.is_empty() {
            return;
        }
        // PostgreSQL's client waits for its farewell on a runtime of its own, which it may not do where one runs already.
        let gone = std::thread::Builder::new()
            .name("store-close".to_owned())
            .spawn(move || drop(idle));
        if let Ok(thread) = gone {
            let _ = thread.join();
        }
    }
}
