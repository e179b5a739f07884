//! What time it is, as far as it can be proved (OFF-11).
//!
//! The proof is the newest instant in a token that was verified, and the time that ran on since by a clock that nobody sets. The
//! machine's own clock never raises it: one that was a year ahead, and is right again, has proved nothing.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chancery_domain::Timestamp;

use super::Core;
use crate::Error;
use crate::state::Lock;
use crate::state::evidence::Evidence;

/// How far the clock may be behind the proof; till then, the proof is the time. In microseconds.
const BEHIND: i64 = 3_600_000_000;

/// How much time may be lost by a crash: the proof is written down so often. In microseconds.
const KEPT_EACH: i64 = 60_000_000;

/// What clock and proof say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub(crate) clock: Timestamp,
    /// It is at least this late; the first instant there is, if nothing is known.
    pub(crate) proof: Timestamp,
}

impl Time {
    /// The later of both.
    pub(crate) fn now(self) -> Timestamp {
        self.clock.max(self.proof)
    }

    /// Whether the clock was set back.
    pub(crate) fn is_rolled_back(self) -> bool {
        self.clock < self.proof.shifted(-BEHIND)
    }
}

/// What this process has seen of the time.
#[derive(Debug)]
pub(crate) struct Watch(Mutex<Seen>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    proof: Timestamp,
    /// What the running clock showed then.
    at: Duration,
    /// The newest instant of a token.
    signed: Timestamp,
    /// What was written down.
    kept: Timestamp,
}

impl Default for Watch {
    fn default() -> Self {
        let never = Timestamp::MIN;
        Self(Mutex::new(Seen { proof: never, at: Duration::ZERO, signed: never, kept: never }))
    }
}

impl Watch {
    fn with<T>(&self, running: Duration, act: impl FnOnce(&mut Seen) -> T) -> T {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing runs on from nothing.
        if seen.proof > Timestamp::MIN {
            let ran = running.saturating_sub(seen.at).as_micros();
            seen.proof = seen.proof.shifted(i64::try_from(ran).unwrap_or(i64::MAX));
        }
        seen.at = running;
        act(&mut seen)
    }
}

impl Core {
    /// The present instant: the machine's clock, or what is proved, if that is later (OFF-11).
    pub(crate) fn now(&self) -> Timestamp {
        // Damaged evidence is told by whoever asks for it.
        self.time().unwrap_or_else(|_| self.time_seen()).now()
    }

    /// What clock and proof say.
    ///
    /// # Errors
    /// Those of the stored state.
    pub(crate) fn time(&self) -> Result<Time, Error> {
        if let Some(evidence) = self.store.evidence()? {
            self.watch.with(self.running(), |seen| {
                seen.proof = seen.proof.max(evidence.proof());
                seen.kept = seen.kept.max(evidence.proof());
            });
        }
        Ok(self.time_seen())
    }

    fn time_seen(&self) -> Time {
        let proof = self.watch.with(self.running(), |seen| seen.proof);
        Time { clock: self.options.clock.now(), proof }
    }

    /// Takes the instant of a token that was verified: it is not earlier than that.
    pub(crate) fn saw(&self, signed: Timestamp) {
        self.watch.with(self.running(), |seen| {
            seen.proof = seen.proof.max(signed);
            seen.signed = seen.signed.max(signed);
        });
    }

    /// Writes the proof down under a lock that is held, if there is news. Whatever prevents that, the next one does it.
    pub(crate) fn keep_time(&self, lock: &Lock) {
        if self.time().is_ok()
            && let Some(proof) = self.time_to_keep()
        {
            let _ = self.store.write(lock, &Evidence::of(proof));
        }
    }

    /// The same for whoever has just asked for the time, has no lock, and does not wait for one.
    pub(super) fn keep_time_if_free(&self) {
        if let Some(proof) = self.time_to_keep()
            && let Ok(Some(lock)) = self.store.try_lock()
            // Another process may have been faster, and be later.
            && self.store.evidence().is_ok_and(|kept| kept.is_none_or(|kept| kept.proof() < proof))
        {
            let _ = self.store.write(&lock, &Evidence::of(proof));
        }
    }

    /// The proof, if it must be written down; nothing, if that was tried within the last minute.
    fn time_to_keep(&self) -> Option<Timestamp> {
        let due = self.watch.with(self.running(), |seen| {
            (seen.signed > seen.kept || seen.proof >= seen.kept.shifted(KEPT_EACH)).then_some(seen.proof)
        });
        // A folder that nobody activated in stays as it is.
        let proof = due.filter(|_| self.store.is_begun())?;
        self.watch.with(self.running(), |seen| seen.kept = seen.kept.max(proof));
        Some(proof)
    }

    /// What the running clock shows. A sandbox's clock does not run: it is moved.
    fn running(&self) -> Duration {
        let clock = &self.options.clock;
        if clock.is_movable() { Duration::ZERO } else { clock.running() }
    }
}
