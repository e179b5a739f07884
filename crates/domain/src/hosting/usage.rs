//! What a local server says that was used there (EXP-6, EXP-7).

use crate::{Entitlement, FeatureType, FeatureUsage, GrantedFeature, Key, Quantity, Timestamp};

/// What a local server reports of one export session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The number of the token that it had applied.
    pub seq: u64,
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

    /// No less than was known, of a server whose database was set back: it has forgotten leases that still run, and what was spent
    /// (EXP-9).
    #[must_use]
    pub fn at_least(self, known: &Self, entitlement: &Entitlement, now: Timestamp) -> Self {
        let mut all = self.spent_at_least(known, entitlement, now);
        if !known.runs(now) {
            return all;
        }
        let end = |usage: &Self| usage.runs(now).then(|| usage.running_until.unwrap_or(Timestamp::MAX));
        all.running_until = end(&all).max(end(known)).filter(|end| *end < Timestamp::MAX);
        all.running = all.running.max(known.running);
        for known in &known.features {
            all.raise(known, |told| told.held = told.held.max(known.held));
        }
        all
    }

    /// No less than was known to be spent of counters in their present periods: it never becomes less.
    #[must_use]
    pub fn spent_at_least(mut self, known: &Self, entitlement: &Entitlement, now: Timestamp) -> Self {
        for feature in entitlement.features.iter().filter(|one| one.kind.feature_type() == FeatureType::UsageCount) {
            let start = entitlement.period_start(feature, now);
            let spent = known.feature(&feature.key).filter(|known| start.is_none_or(|start| start <= known.since));
            if let Some(known) = spent.filter(|known| known.used > Quantity::ZERO) {
                self.raise(known, |told| {
                    (told.used, told.since) = (told.used.max(known.used), told.since.max(known.since));
                });
            }
        }
        self
    }

    /// Changes what it says of the feature that another one is about; it may have said nothing.
    fn raise(&mut self, other: &HostedFeature, by: impl FnOnce(&mut HostedFeature)) {
        if let Some(told) = self.features.iter_mut().find(|told| told.key == other.key) {
            return by(told);
        }
        let mut told = HostedFeature { used: Quantity::ZERO, held: Quantity::ZERO, ..other.clone() };
        by(&mut told);
        self.features.push(told);
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
