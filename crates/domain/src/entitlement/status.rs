//! What an entitlement is worth now: a verdict, computed and never stored (ENT-1, ENT-2, ENT-5).

use super::Entitlement;
use crate::named::named;
use crate::{LicenseStart, Refusal, Timestamp};

named! {
    /// The verdict on an entitlement at an instant.
    EntitlementStatus {
        /// It has not started.
        Created = "created",
        /// It works.
        Active = "active",
        /// It has expired, and everything works until its grace end.
        Grace = "grace",
        /// It has ended.
        Expired = "expired",
        /// The vendor disabled it.
        Disabled = "disabled",
        /// The vendor disabled its customer.
        CustomerDisabled = "customerDisabled",
        /// All its seats are at local servers.
        Exported = "exported",
    }
}

impl Entitlement {
    /// The verdict at an instant (ENT-1).
    #[must_use]
    pub fn status(&self, now: Timestamp) -> EntitlementStatus {
        if self.disabled.is_some() {
            EntitlementStatus::Disabled
        } else if self.customer_disabled {
            EntitlementStatus::CustomerDisabled
        } else if !self.has_started(now) {
            EntitlementStatus::Created
        } else if self.expiry.is_none_or(|expiry| now < expiry) {
            EntitlementStatus::Active
        } else if self.hard_stop().is_none_or(|stop| now < stop) {
            EntitlementStatus::Grace
        } else {
            EntitlementStatus::Expired
        }
    }

    /// Whether it has started. Only a start by date or command can be ahead: one that a seat or the order set has happened, even
    /// for a request that read its instant a moment earlier, or by another server's clock.
    #[must_use]
    pub fn has_started(&self, now: Timestamp) -> bool {
        let can_be_ahead = matches!(self.license_start, LicenseStart::Custom | LicenseStart::Manual);
        self.start.is_some_and(|start| start <= now || !can_be_ahead)
    }

    /// When grace ends: the expiry and the grace period after it. Nothing for what never expires.
    #[must_use]
    pub fn grace_end(&self) -> Option<Timestamp> {
        self.expiry.map(|expiry| self.policy.grace_period.map_or(expiry, |grace| expiry.plus(grace)))
    }

    /// The instant after which nothing of it runs: a subscription's grace end (ENT-2).
    #[must_use]
    pub fn hard_stop(&self) -> Option<Timestamp> {
        self.grace_end()
    }

    /// Whether seats may be taken and refreshed now, with this release of the product (ENT-1, ENT-5).
    ///
    /// # Errors
    /// Why not, with the instants concerned.
    pub fn check_usable(&self, now: Timestamp, release: Option<Timestamp>) -> Result<(), Refusal> {
        match self.status(now) {
            EntitlementStatus::Disabled => {
                let reason = self.disabled.as_ref().and_then(|disabled| disabled.reason.clone());
                return Err(Refusal::EntitlementDisabled { reason });
            }
            EntitlementStatus::CustomerDisabled => return Err(Refusal::CustomerDisabled),
            EntitlementStatus::Exported => return Err(Refusal::EntitlementExported),
            EntitlementStatus::Expired => return Err(Refusal::EntitlementExpired { since: self.hard_stop() }),
            EntitlementStatus::Created if !self.starts_by_activation() => {
                return Err(Refusal::EntitlementNotStarted { start: self.start });
            }
            // An expiry that was set by hand may pass before anything starts: a lease would end before it begins.
            EntitlementStatus::Created if self.hard_stop().is_some_and(|stop| stop <= now) => {
                return Err(Refusal::EntitlementExpired { since: self.hard_stop() });
            }
            EntitlementStatus::Created | EntitlementStatus::Active | EntitlementStatus::Grace => {}
        }
        match (self.maintenance_end, release) {
            (Some(end), Some(release)) if release > end => Err(Refusal::MaintenanceEnded { end, release }),
            _ => Ok(()),
        }
    }
}
