//! The state in memory, for tests of products. It goes through the same encrypted text as the state on disk.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Memory {
    texts: Mutex<HashMap<&'static str, String>>,
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

    pub(super) fn read(&self, file: &str) -> Option<String> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned()
    }

    pub(super) fn write(&self, file: &'static str, text: Option<String>) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        match text {
            Some(text) => texts.insert(file, text),
            None => texts.remove(file),
        };
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}
