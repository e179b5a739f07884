//! What a product may do now, as its lease says.

use chancery_domain::{Enforcement, Timestamp};
use chancery_token::{Lease, LeaseClaims};

use crate::Error;

/// What the product may do now. It is decided from the lease on disk alone (TOK-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// There is no activation here.
    NotActivated,
}

impl Standing {
    /// What a lease means at this instant.
    pub(crate) fn of(lease: &LeaseClaims, now: Timestamp) -> Self {
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
    /// `lease_expired`, `not_activated`.
    pub const fn require(&self) -> Result<(), Error> {
        match *self {
            Self::Allowed { .. } | Self::Tolerated { .. } => Ok(()),
            Self::LeaseExpired { ended, .. } => Err(Error::LeaseExpired { ended }),
            Self::NotActivated => Err(Error::NotActivated),
        }
    }
}

/// All that the client knows without asking the server.
#[derive(Clone, Debug)]
pub struct Status {
    /// What the product may do now.
    pub standing: Standing,
    /// The lease, running or ended.
    pub lease: Option<Lease>,
    /// The changing call whose reply was lost, such as `use export-step`; the next changing call settles it (SAFE-3).
    pub unsettled: Option<String>,
}
