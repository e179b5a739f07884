//! What an entitlement is worth now: a verdict, computed and never stored (ENT-1, ENT-2, ENT-5).

use super::Entitlement;
use crate::explain::{Moment, USABLE};
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
        // What is deleted is to products as if it were disabled, until it is restored (ENT-10).
        if self.disabled.is_some() || self.deletion.is_some() || self.order_deletion.is_some() {
            EntitlementStatus::Disabled
        } else if self.customer_disabled || self.customer_deletion.is_some() {
            EntitlementStatus::CustomerDisabled
        } else if self.is_exported_at(now) {
            EntitlementStatus::Exported
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

    /// Whether seats may be taken and refreshed now, with this release of the product (ENT-1, ENT-5): whether all the rules of
    /// one table hold, so that what decides is also what explains (LIC-5).
    ///
    /// # Errors
    /// Why not, with the instants concerned.
    pub fn check_usable(&self, now: Timestamp, release: Option<Timestamp>) -> Result<(), Refusal> {
        let moment = Moment { status: self.status(now), now, release };
        USABLE.iter().try_for_each(|rule| (rule.check)(self, &moment))
    }
}
