//! Where closures wait for a worker: bounded, so that a slow database slows its callers instead of filling the memory.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::StoreError;
use super::job::Job;

/// Many async callers on one side, some worker threads on the other.
pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    room: Arc<Semaphore>,
}

struct State {
    waiting: VecDeque<Box<dyn Job>>,
    closed: bool,
}

impl Queue {
    /// A queue with room for so many closures, counting those that are being run.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            state: Mutex::new(State { waiting: VecDeque::new(), closed: false }),
            ready: Condvar::new(),
            room: Arc::new(Semaphore::new(room)),
        }
    }

    /// Waits for a place.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        Arc::clone(&self.room).acquire_owned().await.map_err(|_| StoreError::ShuttingDown)
    }

    /// Puts a job at the end.
    pub(crate) fn push(&self, job: Box<dyn Job>) {
        let mut state = self.state();
        if state.closed {
            drop(state);
            job.fail(StoreError::ShuttingDown);
            return;
        }
        state.waiting.push_back(job);
        drop(state);
        self.ready.notify_one();
    }

    /// Takes all that wait, at most so many. Waits while there are none; nothing once the queue is closed and empty.
    pub(crate) fn take(&self, most: usize) -> Option<Vec<Box<dyn Job>>> {
        let mut state = self.state();
        while state.waiting.is_empty() {
            if state.closed {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let count = state.waiting.len().min(most);
        Some(state.waiting.drain(..count).collect())
    }

    /// Takes no more jobs; those that wait are still done.
    pub(crate) fn close(&self) {
        self.room.close();
        self.state().closed = true;
        self.ready.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half-way, so a poisoned lock is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
