//! How much of a feature is taken, and what a product is told of it (FEAT-5).

use crate::{Entitlement, FeatureType, FeatureValue, GrantedFeature, Key, Quantity, Timestamp};

/// How far apart clocks of servers of one database may be, in microseconds: 5 minutes, as for what comes over a connection (TOK-3). As a
/// period begins, one of them is in it before another, and what it counted then stays in it.
const APART: i64 = 5 * 60_000_000;

/// The counter of one counted feature of one entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureUsage {
    /// How much was spent or is taken.
    pub used: Quantity,
    /// Since when it counts.
    pub since: Timestamp,
}

impl FeatureUsage {
    /// The counter as it stands now: at zero, if its period ended meanwhile (FEAT-2). A pool is never reset: what was taken is
    /// still out there.
    #[must_use]
    pub fn current(self, entitlement: &Entitlement, feature: &GrantedFeature, now: Timestamp) -> Self {
        match entitlement.period_start(feature, now) {
            Some(start) if start > self.since && feature.kind.feature_type() == FeatureType::UsageCount => {
                Self { used: Quantity::ZERO, since: start }
            }
            // A local server's clock was ahead, and was set right (OFF-11): what was spent then was spent now.
            Some(start) if entitlement.hosting.delegation().is_some() && self.since > now.shifted(APART) => {
                Self { since: start, ..self }
            }
            _ => self,
        }
    }
}

/// What a product is told of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureState {
    /// Its key.
    pub key: Key,
    /// What it is.
    pub feature_type: FeatureType,
    /// The value that holds at this host.
    pub value: FeatureValue,
    /// How much all seats together have taken or spent.
    pub used: Quantity,
    /// How much this seat has taken.
    pub active: Quantity,
    /// How much can still be taken, overdraft included; nothing: without bound.
    pub available: Option<Quantity>,
    /// How much there is with overdraft; nothing: without bound.
    pub total: Option<Quantity>,
    /// Where the period of its counter began, if it resets by itself.
    pub period: Option<Timestamp>,
}

impl FeatureState {
    /// The state of a feature of an entitlement, for one seat. `used` is what all seats together have.
    #[must_use]
    pub fn of(
        entitlement: &Entitlement,
        feature: &GrantedFeature,
        used: Option<FeatureUsage>,
        active: Quantity,
        now: Timestamp,
    ) -> Self {
        let period = entitlement.period_start(feature, now);
        let used = used.map_or(Quantity::ZERO, |usage| usage.current(entitlement, feature, now).used);
        let total = entitlement.limit_here(feature);
        Self {
            key: feature.key.clone(),
            feature_type: feature.kind.feature_type(),
            value: entitlement.value_here(feature),
            used,
            active,
            available: total.map(|total| total.minus(used)),
            total,
            period,
        }
    }
}
