//! What a session counts with (EXP-6, EXP-7, LLS-4): the largest share of all tokens that the server may have applied.

use std::collections::BTreeMap;

use super::{Ending, ExportSession, ExportedToken, GiveBack};
use crate::hosting::{Hold, Usage};
use crate::{Entitlement, FeatureType, Key, Quantity, Timestamp, UsageReset};

impl ExportSession {
    /// What the server may be using, as far as the authority knows.
    #[must_use]
    pub fn holds(&self, entitlement: &Entitlement) -> Vec<Hold> {
        match self.ending {
            None => {
                let mut holds = self.token_holds(true);
                holds.extend(self.running());
                holds.extend(self.spent(entitlement));
                holds
            }
            Some(Ending::Returned(_)) => {
                let mut holds: Vec<Hold> = self.kept(entitlement).into_iter().collect();
                holds.extend(self.running());
                holds
            }
            Some(Ending::Lost { free: true, .. }) => Vec::new(),
            Some(Ending::Lost { free: false, .. }) => {
                let mut holds = self.token_holds(false);
                holds.extend(self.running());
                for hold in &mut holds {
                    hold.features.retain(|key, _| !is_settled(entitlement, key));
                }
                holds
            }
        }
    }

    /// The tokens by which the server may be working: those not superseded by an acknowledgement.
    fn unsuperseded(&self) -> impl Iterator<Item = &ExportedToken> {
        // One of an authority whose database was restored is acknowledged and unknown: then the last that is known counts.
        let last = self.latest().map_or(0, |token| token.seq);
        let from = self.acknowledged.min(last);
        self.tokens.iter().filter(move |token| token.seq >= from)
    }

    /// The most of a counted feature that one of them delegates.
    pub(super) fn most(&self, key: &Key) -> Quantity {
        self.unsuperseded().filter_map(|token| token.features.get(key)).copied().max().unwrap_or_default()
    }

    /// Each of them until its delegation ends; the latest as long as the session stands.
    fn token_holds(&self, stands: bool) -> Vec<Hold> {
        let last = self.latest().map(|token| token.seq);
        let hold = |token: &ExportedToken| {
            let latest = Some(token.seq) == last;
            Hold {
                whole: self.is_whole() && latest,
                seats: token.seats,
                features: token.features.clone(),
                until: token.until.filter(|_| !(stands && latest)),
                ..self.nothing()
            }
        };
        self.unsuperseded().map(hold).collect()
    }

    /// The leases that the server said still run, until the last of them ends.
    fn running(&self) -> Option<Hold> {
        let usage = self.usage.as_ref().filter(|usage| usage.running > 0)?;
        let features = usage.features.iter().filter(|feature| feature.held > Quantity::ZERO);
        Some(Hold {
            seats: Quantity::new(usage.running).unwrap_or(Quantity::MAX),
            features: features.map(|feature| (feature.key.clone(), feature.held)).collect(),
            until: usage.running_until,
            ..self.nothing()
        })
    }

    /// What the server said was spent, while the session stands: it may be more than its share is now.
    fn spent(&self, entitlement: &Entitlement) -> Option<Hold> {
        let usage = self.usage.as_ref()?;
        let features = spent(entitlement, usage);
        (!features.is_empty()).then(|| Hold { features, ..self.nothing() })
    }

    /// What was returned and is the authority's only when the delegations end, if the vendor chose so (EXP-7).
    fn kept(&self, entitlement: &Entitlement) -> Option<Hold> {
        let ends: Option<Vec<Timestamp>> = self.unsuperseded().map(|token| token.until).collect();
        let until = ends?.into_iter().max().filter(|_| self.give_back == GiveBack::WhenDelegationEnds)?;
        let seats = self.unsuperseded().map(|token| token.seats).max().unwrap_or_default();
        let spent = self.usage.as_ref().map(|usage| spent(entitlement, usage)).unwrap_or_default();
        let keys = self.unsuperseded().flat_map(|token| token.features.keys());
        // What was spent counts as such from now on.
        let left = |key: &Key| self.most(key).minus(spent.get(key).copied().unwrap_or_default());
        let features = keys.map(|key| (key.clone(), left(key))).collect();
        Some(Hold { whole: self.is_whole(), seats, features, until: Some(until), ..self.nothing() })
    }

    const fn nothing(&self) -> Hold {
        Hold {
            server: self.server,
            session: self.id,
            whole: false,
            seats: Quantity::ZERO,
            features: BTreeMap::new(),
            until: None,
        }
    }
}

/// What was spent of counters.
fn spent(entitlement: &Entitlement, usage: &Usage) -> BTreeMap<Key, Quantity> {
    let counter = |key: &Key| kind(entitlement, key) == Some(FeatureType::UsageCount);
    let used = usage.features.iter().filter(|feature| feature.used > Quantity::ZERO && counter(&feature.key));
    used.map(|feature| (feature.key.clone(), feature.used)).collect()
}

/// Whether a feature that was lost with its server is settled by taking it for spent: a counter that the server does not set back by
/// itself. One that it does could be spent anew each month, and is held like a pool.
fn is_settled(entitlement: &Entitlement, key: &Key) -> bool {
    let feature = entitlement.features.iter().find(|feature| feature.key == *key);
    feature.is_some_and(|feature| {
        feature.kind.feature_type() == FeatureType::UsageCount
            && entitlement.usage_reset.unwrap_or_else(|| feature.kind.usage_reset()) != UsageReset::Monthly
    })
}

fn kind(entitlement: &Entitlement, key: &Key) -> Option<FeatureType> {
    entitlement.features.iter().find(|feature| feature.key == *key).map(|feature| feature.kind.feature_type())
}
