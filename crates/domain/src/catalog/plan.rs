//! Plans: license type, start, duration, plan type.

use crate::named::named;
use crate::{Fact, Facts, Interval, Invalid, Metadata, Name, PlanId, Timestamp, VendorId, fact, optional};

named! {
    /// Whether a license ends.
    LicenseType {
        /// It ends, and can be renewed.
        Subscription = "subscription",
        /// It never does (ENT-2).
        Perpetual = "perpetual",
    }
}

named! {
    /// What starts a license.
    LicenseStart {
        /// The first seat, offline response or export (ENT-3).
        Activation = "activation",
        /// The order.
        Creation = "creation",
        /// A date that the order gives.
        Custom = "custom",
        /// A later command.
        Manual = "manual",
    }
}

named! {
    /// Why a license is granted.
    #[allow(missing_docs, reason = "the names say it")]
    PlanType {
        Paid = "paid",
        Trial = "trial",
        NotForResale = "notForResale",
        Internal = "internal",
        Beta = "beta",
        Free = "free",
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Its name, unique within the vendor: import and export know it by that.
    pub name: Name,
    /// What starts its licenses.
    pub license_start: LicenseStart,
    /// Why its licenses are granted.
    pub plan_type: PlanType,
    /// How long a subscription lasts; nothing for a perpetual license.
    pub duration: Option<Interval>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Plan {
    /// A plan with a duration sells subscriptions, one without sells perpetual licenses.
    #[must_use]
    pub const fn license_type(&self) -> LicenseType {
        if self.duration.is_some() { LicenseType::Subscription } else { LicenseType::Perpetual }
    }

    /// Checks that a duration goes with a license type.
    ///
    /// # Errors
    /// `Required` for a subscription without one, `NotAllowed` for a perpetual license with one.
    pub const fn check_duration(
        license_type: LicenseType,
        duration: Option<Interval>,
    ) -> Result<Option<Interval>, Invalid> {
        match (license_type, duration) {
            (LicenseType::Subscription, None) => Err(Invalid::Required),
            (LicenseType::Perpetual, Some(_)) => Err(Invalid::NotAllowed),
            _ => Ok(duration),
        }
    }
}

impl Facts for Plan {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("name", &self.name),
            fact("licenseType", self.license_type()),
            fact("licenseStart", self.license_start),
            fact("planType", self.plan_type),
            optional("duration", self.duration),
            fact("metadata", &self.metadata),
        ]
    }
}
