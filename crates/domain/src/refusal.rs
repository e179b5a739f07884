//! Refusals: what the rules say no with. Each carries the facts that its problem shows.

use crate::{Key, LicenseStart, Quantity, Reason, Timestamp};

/// Why a rule refuses. Nothing is changed by what is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the facts are named as in the problem's members")]
pub enum Refusal {
    /// The order has nothing for this product (SEAT-1).
    ProductNotInOrder,
    /// The entitlement has ended (ENT-1).
    EntitlementExpired { since: Option<Timestamp> },
    /// The vendor disabled the entitlement (ENT-6).
    EntitlementDisabled { reason: Option<Reason> },
    /// The vendor disabled the customer (ENT-6).
    CustomerDisabled,
    /// The entitlement has not started.
    EntitlementNotStarted { start: Option<Timestamp> },
    /// All its seats are at local servers (EXP-1).
    EntitlementExported,
    /// The product's release is newer than the maintenance (ENT-5).
    MaintenanceEnded { end: Timestamp, release: Timestamp },
    /// No seat is free (SEAT-5).
    SeatsExhausted { seats: Quantity, overdraft: Quantity, used: u64, next_lease_end: Option<Timestamp> },
    /// Another claim took the seat after its lease's end (SEAT-7).
    ActivationReplaced,
    /// Another machine uses the seat id (SEAT-2).
    ActivationSuperseded,
    /// The vendor or a contact released the seat (SEAT-9).
    ActivationReleased,
    /// The holder gave the seat back.
    ActivationDeactivated,
    /// The lease has ended: it must be refreshed before features are taken.
    LeaseExpired { since: Timestamp },
    /// The lease's end cannot move (SEAT-6).
    LeaseNotExtendable { lease_expiry: Option<Timestamp> },
    /// A copy of the product's state was used (SAFE-3).
    CloneDetected,
    /// The entitlement does not have the feature, or has it switched off (FEAT-4).
    FeatureNotLicensed { feature: Key },
    /// Not enough of the feature is left (FEAT-4).
    FeatureExhausted { feature: Key, requested: Quantity, available: Quantity, total: Option<Quantity> },
    /// The feature is not a pool: nothing of it is taken and given back (FEAT-2).
    NotReturnable { feature: Key },
    /// The feature is a pool: it is checked out, not used.
    NotUsable { feature: Key },
    /// More was given back than was taken (FEAT-3).
    ReturnedMoreThanTaken { feature: Key, requested: Quantity, taken: Quantity },
    /// More seats are in use than would be left (SEAT-8).
    SeatsInUse { used: u64, requested: Quantity },
    /// It has started already.
    AlreadyStarted { start: Timestamp },
    /// Something else than a command starts it.
    NotStartedByCommand { license_start: LicenseStart },
    /// A perpetual license is not renewed (ENT-2).
    NotRenewable,
    /// A sandbox's clock only moves forward; a live vendor has none (CLK-1).
    ClockNotMovable { now: Timestamp },
    /// The vendor is live: it has no clock to move (CLK-1).
    NotASandbox,
}

impl Refusal {
    /// The feature that it is about, if it is about one.
    #[must_use]
    pub const fn feature(&self) -> Option<&Key> {
        match self {
            Self::FeatureNotLicensed { feature }
            | Self::FeatureExhausted { feature, .. }
            | Self::NotReturnable { feature }
            | Self::NotUsable { feature }
            | Self::ReturnedMoreThanTaken { feature, .. } => Some(feature),
            _ => None,
        }
    }

    /// The problem's code (errors.md).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ProductNotInOrder => "product_not_in_order",
            Self::EntitlementExpired { .. } => "entitlement_expired",
            Self::EntitlementDisabled { .. } => "entitlement_disabled",
            Self::CustomerDisabled => "customer_disabled",
            Self::EntitlementNotStarted { .. } => "entitlement_not_started",
            Self::EntitlementExported => "entitlement_exported",
            Self::MaintenanceEnded { .. } => "maintenance_ended",
            Self::SeatsExhausted { .. } => "seats_exhausted",
            Self::ActivationReplaced => "activation_replaced",
            Self::ActivationSuperseded => "activation_superseded",
            Self::ActivationReleased => "activation_released",
            Self::ActivationDeactivated => "activation_deactivated",
            Self::LeaseExpired { .. } => "lease_expired",
            Self::LeaseNotExtendable { .. } => "lease_not_extendable",
            Self::CloneDetected => "clone_detected",
            Self::FeatureNotLicensed { .. } => "feature_not_licensed",
            Self::FeatureExhausted { .. } => "feature_exhausted",
            Self::NotReturnable { .. } => "not_returnable",
            Self::NotUsable { .. } => "not_usable",
            Self::ReturnedMoreThanTaken { .. } => "returned_more_than_taken",
            Self::SeatsInUse { .. } => "seats_in_use",
            Self::AlreadyStarted { .. } => "already_started",
            Self::NotStartedByCommand { .. } => "not_started_by_command",
            Self::NotRenewable => "not_renewable",
            Self::ClockNotMovable { .. } => "clock_not_movable",
            Self::NotASandbox => "not_a_sandbox",
        }
    }
}
