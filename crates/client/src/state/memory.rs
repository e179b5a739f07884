//! The state in memory, for tests of products. It goes through the same text as the state on disk.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Memory {
    text: Mutex<Option<String>>,
    busy: AtomicBool,
}

/// The lock on a state in memory.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Memory>);

impl Memory {
    pub(super) fn try_lock(memory: &Arc<Self>) -> Option<Busy> {
        let taken = memory.busy.swap(true, Ordering::Acquire);
        (!taken).then(|| Busy(Arc::clone(memory)))
    }

    pub(super) fn read(&self) -> Option<String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn write(&self, text: Option<String>) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}
