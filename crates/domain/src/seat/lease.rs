//! Leases: until when an activation may run (SEAT-6, OFF-2).

use crate::entitlement::fits_a_carried_lease;
use crate::{Entitlement, Mode, Refusal, Timestamp};

/// The right to run until an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// When it was given.
    pub issued: Timestamp,
    /// When it ends; nothing if it never does.
    pub expiry: Option<Timestamp>,
    /// Which of a local server's leases it is (EXP-9); nothing on an authority.
    pub mark: Option<LeaseMark>,
}

/// Which of a local server's leases one is: serials rise with each, and a new epoch begins when an administrator confirms that the
/// database was set back (EXP-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaseMark {
    /// The epoch.
    pub epoch: u64,
    /// The number in it.
    pub serial: u64,
}

impl Lease {
    /// The lease that an entitlement gives now to an activation that is kept alive in this way.
    ///
    /// # Errors
    /// `OfflineNotPermitted`, as [`Lease::offline`].
    pub fn of(entitlement: &Entitlement, mode: Mode, now: Timestamp) -> Result<Self, Refusal> {
        match mode {
            Mode::Online => Ok(Self::online(entitlement, now)),
            Mode::Offline => Self::offline(entitlement, now),
        }
    }

    /// The lease of an activation that calls: the lease period, cut at the hard stop (SEAT-6), and at the end of the delegation.
    #[must_use]
    pub fn online(entitlement: &Entitlement, now: Timestamp) -> Self {
        Self::cut(now, entitlement.policy.lease_period.end(now), entitlement.lease_stop())
    }

    /// The lease of an activation that never calls: the offline lease period, cut at the subscription's end, or in grace at the
    /// grace end (OFF-2): whoever is far away is not promised a grace that may be paid for in time.
    ///
    /// # Errors
    /// `OfflineNotPermitted` where the entitlement has no offline lease period (OFF-1), or has more features and attributes than a
    /// token that is carried can hold (TOK-3).
    pub fn offline(entitlement: &Entitlement, now: Timestamp) -> Result<Self, Refusal> {
        let refused = |too_large| Refusal::OfflineNotPermitted { too_large };
        let period = entitlement.policy.offline_lease_period.ok_or_else(|| refused(false))?;
        if !fits_a_carried_lease(&entitlement.features, &entitlement.attributes) {
            return Err(refused(true));
        }
        let end = entitlement.expiry.filter(|expiry| now < *expiry);
        // Whichever is first: a delegation can end before the subscription does.
        let stop = end.into_iter().chain(entitlement.lease_stop()).min();
        Ok(Self::cut(now, period.end(now), stop))
    }

    fn cut(now: Timestamp, period_end: Option<Timestamp>, stop: Option<Timestamp>) -> Self {
        let expiry = match (period_end, stop) {
            (Some(end), Some(stop)) => Some(end.min(stop)),
            (end, stop) => end.or(stop),
        };
        Self { issued: now, expiry, mark: None }
    }

    /// Whether it still runs at an instant; at its very end it does not (SEAT-7).
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        self.expiry.is_none_or(|expiry| now < expiry)
    }

    /// Whether `next` gives nothing that this lease does not: both are cut at the same hard stop or end of a delegation, or neither ends.
    ///
    /// # Errors
    /// `LeaseNotExtendable` if so (SEAT-6).
    pub fn check_extendable(&self, next: Self, entitlement: &Entitlement) -> Result<(), Refusal> {
        let stuck = match (self.expiry, next.expiry) {
            (None, None) => true,
            (Some(end), Some(next)) => next <= end && Some(next) == entitlement.lease_stop(),
            _ => false,
        };
        if stuck { Err(Refusal::LeaseNotExtendable { lease_expiry: self.expiry }) } else { Ok(()) }
    }
}
