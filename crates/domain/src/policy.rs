//! The policy of a product: how long leases last, and what a product does without one.

use crate::named::named;
use crate::{Fact, Interval, Period, fact, optional};

named! {
    /// What a product does when it is not licensed (GUARD-3).
    Enforcement {
        /// It stops its paid work.
        Stop = "stop",
        /// It goes on with less.
        Limit = "limit",
        /// It only says so.
        Advise = "advise",
    }
}

/// The policy in force for a product, an offering or an entitlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a product survives without its server.
    pub lease_period: Period,
    /// The same for a machine that is never connected; without it, it cannot be activated (OFF-1).
    pub offline_lease_period: Option<Period>,
    /// How long everything goes on working after a subscription's expiry (ENT-2); nothing: not at all.
    pub grace_period: Option<Interval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated (GUARD-2).
    pub outage_tolerance: Option<Interval>,
    /// What a product does when it is not licensed.
    pub enforcement: Enforcement,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lease_period: Period::Limited(Interval::days(7)),
            offline_lease_period: None,
            grace_period: None,
            outage_tolerance: None,
            enforcement: Enforcement::Stop,
        }
    }
}

impl Policy {
    /// This policy with an offering's choices over it.
    #[must_use]
    pub fn with(&self, choice: &PolicyChoice) -> Self {
        Self {
            lease_period: choice.lease_period.unwrap_or(self.lease_period),
            offline_lease_period: choice.offline_lease_period.or(self.offline_lease_period),
            grace_period: choice.grace_period.or(self.grace_period),
            outage_tolerance: choice.outage_tolerance.or(self.outage_tolerance),
            enforcement: choice.enforcement.unwrap_or(self.enforcement),
        }
    }

    pub(crate) fn facts(&self) -> Vec<Fact> {
        vec![
            fact("leasePeriod", self.lease_period),
            optional("offlineLeasePeriod", self.offline_lease_period),
            optional("gracePeriod", self.grace_period),
            optional("outageTolerance", self.outage_tolerance),
            fact("enforcement", self.enforcement),
        ]
    }
}

/// What an offering says of the policy; where it is silent, the product's holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyChoice {
    /// See [`Policy::lease_period`].
    pub lease_period: Option<Period>,
    /// See [`Policy::offline_lease_period`].
    pub offline_lease_period: Option<Period>,
    /// See [`Policy::grace_period`].
    pub grace_period: Option<Interval>,
    /// See [`Policy::outage_tolerance`].
    pub outage_tolerance: Option<Interval>,
    /// See [`Policy::enforcement`].
    pub enforcement: Option<Enforcement>,
}

impl PolicyChoice {
    pub(crate) fn facts(&self) -> Vec<Fact> {
        vec![
            optional("leasePeriod", self.lease_period),
            optional("offlineLeasePeriod", self.offline_lease_period),
            optional("gracePeriod", self.grace_period),
            optional("outageTolerance", self.outage_tolerance),
            optional("enforcement", self.enforcement),
        ]
    }
}
