//! What time it is, as far as it can be proved (OFF-11).
//!
//! The proof is the newest instant in a token that was verified, and the time that ran on since by a clock that nobody sets. The
//! machine's own clock never raises it: one that was a year ahead, and is right again, has proved nothing. Nor does a local server's,
//! which its administrator sets: what it signs proves the time for that lease alone, until its next one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chancery_domain::Timestamp;
use chancery_token::Lease;

use super::Core;
use super::locked::Locked;
use crate::Error;
use crate::state::evidence::{Evidence, Hosted};

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

#[derive(Clone, Debug)]
struct Seen {
    proof: Timestamp,
    /// The same for the lease of a local server.
    hosted: Option<Hosted>,
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
        Self(Mutex::new(Seen { proof: never, hosted: None, at: Duration::ZERO, signed: never, kept: never }))
    }
}

impl Watch {
    fn with<T>(&self, running: Duration, act: impl FnOnce(&mut Seen) -> T) -> T {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ran = i64::try_from(running.saturating_sub(seen.at).as_micros()).unwrap_or(i64::MAX);
        let Seen { proof, hosted, .. } = &mut *seen;
        for proof in [Some(proof), hosted.as_mut().map(|hosted| &mut hosted.proof)].into_iter().flatten() {
            // Nothing runs on from nothing.
            if *proof > Timestamp::MIN {
                *proof = proof.shifted(ran);
            }
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
                // Whoever writes the proof down writes this too, whether or not it asks for a lease's time.
                seen.hosted = seen.hosted.take().or_else(|| evidence.hosted());
            });
        }
        Ok(self.time_seen())
    }

    /// The time by which a lease is judged. For one of a local server that is also what this server said when it gave it, and the
    /// time that ran since. With its next lease that begins anew: a server whose clock was ahead, and is right again, takes nothing.
    ///
    /// # Errors
    /// Those of the stored state.
    pub(super) fn time_of(&self, lease: &Lease) -> Result<Time, Error> {
        let time = self.time()?;
        let Some(host) = &lease.host else { return Ok(time) };
        let this = format!("{} {} {}", lease.issued.id, host.epoch, host.serial);
        let kept = self.store.evidence()?.and_then(|evidence| evidence.hosted());
        let hosted = self.watch.with(self.running(), |seen| {
            let known = [seen.hosted.take(), kept].into_iter().flatten().filter(|known| known.lease == this);
            let proof = known.map(|known| known.proof).fold(lease.issued.at, Timestamp::max);
            seen.hosted = Some(Hosted { lease: this, proof });
            proof
        });
        Ok(Time { proof: time.proof.max(hosted), ..time })
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
    pub(super) fn keep_time(&self, locked: &Locked) {
        // Another process may have refreshed, and have written down the time of its lease: that of the one before must not replace it.
        let lease = locked.record.held.as_ref().and_then(|held| self.held_lease(held).ok());
        let time = lease.map_or_else(|| self.time(), |lease| self.time_of(&lease));
        if time.is_ok()
            && let Some(evidence) = self.time_to_keep()
        {
            let _ = self.store.write(locked.lock(), &evidence);
        }
    }

    /// The same for whoever has just asked for the time, has no lock, and does not wait for one.
    pub(super) fn keep_time_if_free(&self) {
        if let Some(evidence) = self.time_to_keep()
            && let Ok(Some(lock)) = self.store.try_lock()
            // Another process may have been faster, and be later.
            && self.store.evidence().is_ok_and(|kept| kept.is_none_or(|kept| kept.proof() < evidence.proof()))
        {
            let _ = self.store.write(&lock, &evidence);
        }
    }

    /// The proof, if it must be written down; nothing, if that was tried within the last minute.
    fn time_to_keep(&self) -> Option<Evidence> {
        let due = self.watch.with(self.running(), |seen| {
            let due = seen.signed > seen.kept || seen.proof >= seen.kept.shifted(KEPT_EACH);
            due.then(|| Evidence::of(seen.proof, seen.hosted.as_ref()))
        });
        // A folder that nobody activated in stays as it is.
        let evidence = due.filter(|_| self.store.is_begun())?;
        self.watch.with(self.running(), |seen| seen.kept = seen.kept.max(evidence.proof()));
        Some(evidence)
    }

    /// What the running clock shows. A sandbox's clock does not run: it is moved.
    fn running(&self) -> Duration {
        let clock = &self.options.clock;
        if clock.is_movable() { Duration::ZERO } else { clock.running() }
    }
}
