//! What a product may do now, as its lease says.

use chancery_domain::{Enforcement, Mode, Timestamp};
use chancery_token::{Lease, LeaseClaims};

use crate::Error;
use crate::core::time::Time;

/// What the product may do now. It is decided from the lease on disk and the time alone (TOK-7, OFF-11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It may run.
    Allowed {
        /// Until when, without another refresh; nothing: for ever (SEAT-6).
        until: Option<Timestamp>,
    },
    /// Its lease has ended, but it is tolerated for a while, because its server may be out of order (GUARD-2).
    Tolerated {
        /// When the lease ended.
        ended: Timestamp,
        /// How long it is tolerated.
        until: Timestamp,
    },
    /// Its lease has ended.
    LeaseExpired {
        /// When.
        ended: Timestamp,
        /// What it does now (GUARD-3).
        enforcement: Enforcement,
    },
    /// The clock of this machine is more than an hour behind what is proved (OFF-11). Nothing is lost: as soon as the clock is
    /// right, the lease says again what may be done.
    ClockRolledBack {
        /// It is at least this late.
        proof: Timestamp,
        /// What the clock shows.
        clock: Timestamp,
    },
    /// There is no activation here.
    #[default]
    NotActivated,
}

impl Standing {
    /// What a lease means at this time.
    pub(crate) fn of(lease: &LeaseClaims, time: Time) -> Self {
        let (proof, clock, now) = (time.proof, time.clock, time.now());
        if time.is_rolled_back() {
            return Self::ClockRolledBack { proof, clock };
        }
        let Some(ended) = lease.expiry.filter(|_| lease.has_ended(now)) else {
            return Self::Allowed { until: lease.expiry };
        };
        let stop = lease.entitlement.hard_stop.unwrap_or(Timestamp::MAX);
        match lease.tolerance.map(|tolerance| ended.plus(tolerance).min(stop)) {
            Some(until) if now < until => Self::Tolerated { ended, until },
            // What a newer server may say: the strictest is the one that is safe.
            _ => Self::LeaseExpired { ended, enforcement: lease.enforcement.parse().unwrap_or(Enforcement::Stop) },
        }
    }

    /// Whether the product may run.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. } | Self::Tolerated { .. })
    }

    /// The same as a result, for `?`.
    ///
    /// # Errors
    /// `lease_expired`, `clock_rolled_back`, `not_activated`.
    pub const fn require(&self) -> Result<(), Error> {
        match *self {
            Self::Allowed { .. } | Self::Tolerated { .. } => Ok(()),
            Self::LeaseExpired { ended, .. } => Err(Error::LeaseExpired { ended }),
            Self::ClockRolledBack { proof, clock } => Err(Error::ClockRolledBack { proof, clock }),
            Self::NotActivated => Err(Error::NotActivated),
        }
    }
}

/// All that the client knows without asking the server.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// What the product may do now.
    pub standing: Standing,
    /// How the activation is kept alive, if there is one: by calls, or by carried tokens.
    pub mode: Option<Mode>,
    /// The lease, running or ended.
    pub lease: Option<Lease>,
    /// The changing call whose reply was lost, such as `use export-step`; the next changing call settles it (SAFE-3).
    pub unsettled: Option<String>,
    /// How many offline requests wait for a response (OFF-3): a response to any of them can be applied.
    pub requests: usize,
}
