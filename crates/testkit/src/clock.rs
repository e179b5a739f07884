//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Microseconds since 1970, shared by its clones.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    /// Stands at 2026-01-15T12:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self::at(1_768_478_400_000_000)
    }

    /// Stands at so many microseconds since 1970.
    #[must_use]
    pub fn at(micros: i64) -> Self {
        Self(Arc::new(AtomicI64::new(micros)))
    }

    /// Where it stands.
    #[must_use]
    pub fn micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves it by so many seconds, backwards if negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Puts it to an instant.
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }

    /// The clock as a closure.
    pub fn reader(&self) -> impl Fn() -> i64 + Clone + Send + Sync + 'static {
        let clock = self.clone();
        move || clock.micros()
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self::new()
    }
}
