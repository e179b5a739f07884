//! What a local server says that was used there (EXP-6, EXP-7).

use super::ExportedToken;
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
    /// How much of a pool activations hold whose lease could still be running. Of a counter how much the server may go on to spend by
    /// a token of before, because its database was set back; no server tells that.
    pub held: Quantity,
}

impl Usage {
    /// Whether a lease given at the local server could still be running.
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        self.running > 0 && self.running_until.is_none_or(|until| now < until)
    }

    /// As much as a token lets a server give that may apply it again, because its database was set back: until that delegation ends
    /// (EXP-9). Of a counter it may spend all of it in the present period.
    #[must_use]
    pub fn at_least_by(mut self, token: &ExportedToken, entitlement: &Entitlement, now: Timestamp) -> Self {
        if token.until.is_some_and(|until| until <= now) {
            return self;
        }
        let told = self.runs(now).then_some(self.running_until);
        self.running_until = told.map_or(token.until, |told| Some(told?.max(token.until?)));
        self.running = self.running.max(token.seats.get());
        for (key, amount) in &token.features {
            let feature = entitlement.features.iter().find(|feature| feature.key == *key);
            let start = feature.and_then(|feature| entitlement.period_start(feature, now));
            self.raise(HostedFeature { key: key.clone(), used: Quantity::ZERO, since: now, held: *amount }, start);
        }
        self
    }

    /// No less than was known to be spent of counters in their present periods: it never becomes less.
    #[must_use]
    pub fn spent_at_least(mut self, known: &Self, entitlement: &Entitlement, now: Timestamp) -> Self {
        for feature in entitlement.features.iter().filter(|one| one.kind.feature_type() == FeatureType::UsageCount) {
            let start = entitlement.period_start(feature, now);
            let spent = known.feature(&feature.key).filter(|known| start.is_none_or(|start| start <= known.since));
            if let Some(known) = spent.filter(|known| known.used > Quantity::ZERO) {
                self.raise(HostedFeature { held: Quantity::ZERO, ..known.clone() }, start);
            }
        }
        self
    }

    /// It says no less of a feature than this: of its period that began at `start`.
    fn raise(&mut self, known: HostedFeature, start: Option<Timestamp>) {
        let Some(told) = self.features.iter_mut().find(|told| told.key == known.key) else {
            self.features.push(known);
            return;
        };
        if start.is_some_and(|start| told.since < start) || told.used < known.used {
            (told.used, told.since) = (known.used, known.since);
        }
        told.held = told.held.max(known.held);
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
