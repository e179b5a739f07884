//! What a local server says that was used there (EXP-6, EXP-7).

use crate::{Entitlement, FeatureType, FeatureUsage, GrantedFeature, Key, Quantity, Timestamp};

/// What a local server reports of one export session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many seats are used.
    pub seats_used: u64,
    /// How many leases could still be running, those of held seats too.
    pub running: u64,
    /// When the last of these ends; nothing if one never does. Says nothing where none runs.
    pub running_until: Option<Timestamp>,
    /// The counted features.
    pub features: Vec<HostedFeature>,
    /// How many activations are listed.
    pub activations: u64,
    /// How many claims were denied.
    pub denials: u64,
}

/// What is used of one counted feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedFeature {
    /// Which.
    pub key: Key,
    /// How much was spent, or is taken.
    pub used: Quantity,
    /// Since when it counts.
    pub since: Timestamp,
    /// How much of a pool activations hold whose lease could still be running.
    pub held: Quantity,
}

impl Usage {
    /// Whether a lease given at the local server could still be running.
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        self.running > 0 && self.running_until.is_none_or(|until| now < until)
    }

    /// What it says of a feature.
    #[must_use]
    pub fn feature(&self, key: &Key) -> Option<&HostedFeature> {
        self.features.iter().find(|feature| feature.key == *key)
    }
}

impl Entitlement {
    /// A counter after what a local server spent of it was added to it: of a pool nothing is spent, and of a period that is over
    /// nothing counts any more (EXP-7).
    #[must_use]
    pub fn spend_returned(
        &self,
        feature: &GrantedFeature,
        counter: FeatureUsage,
        spent: (Quantity, Timestamp),
        now: Timestamp,
    ) -> FeatureUsage {
        let counter = counter.current(self, feature, now);
        let (amount, since) = spent;
        let over = self.period_start(feature, now).is_some_and(|start| since < start);
        if feature.kind.feature_type() != FeatureType::UsageCount || over {
            return counter;
        }
        FeatureUsage { used: counter.used.plus(amount), since: counter.since }
    }
}
