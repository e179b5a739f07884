//! Leases: until when an activation may run (SEAT-6).

use crate::{Entitlement, Refusal, Timestamp};

/// The right to run until an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// When it was given.
    pub issued: Timestamp,
    /// When it ends; nothing if it never does.
    pub expiry: Option<Timestamp>,
}

impl Lease {
    /// The lease that an entitlement gives now: the lease period, cut at the hard stop (SEAT-6).
    #[must_use]
    pub fn of(entitlement: &Entitlement, now: Timestamp) -> Self {
        let period_end = entitlement.policy.lease_period.end(now);
        let expiry = match (period_end, entitlement.hard_stop()) {
            (Some(end), Some(stop)) => Some(end.min(stop)),
            (end, stop) => end.or(stop),
        };
        Self { issued: now, expiry }
    }

    /// Whether it still runs at an instant; at its very end it does not (SEAT-7).
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        self.expiry.is_none_or(|expiry| now < expiry)
    }

    /// Whether `next` gives nothing that this lease does not: both are cut at the same hard stop, or neither ends.
    ///
    /// # Errors
    /// `LeaseNotExtendable` if so (SEAT-6).
    pub fn check_extendable(&self, next: Self, entitlement: &Entitlement) -> Result<(), Refusal> {
        let stuck = match (self.expiry, next.expiry) {
            (None, None) => true,
            (Some(end), Some(next)) => next <= end && Some(next) == entitlement.hard_stop(),
            _ => false,
        };
        if stuck { Err(Refusal::LeaseNotExtendable { lease_expiry: self.expiry }) } else { Ok(()) }
    }
}
