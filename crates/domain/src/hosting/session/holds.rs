//! What a session counts with (EXP-6, EXP-7, LLS-4): the largest share of all tokens that the server may have applied.

use std::collections::BTreeMap;

use super::{Ending, ExportSession, ExportedToken, GiveBack};
use crate::hosting::{Hold, Usage};
use crate::{Entitlement, FeatureType, GrantedFeature, Key, Quantity, Timestamp};

impl ExportSession {
    /// What the server may be using, as far as the authority knows.
    #[must_use]
    pub fn holds(&self, entitlement: &Entitlement) -> Vec<Hold> {
        match self.ending {
            None => {
                let mut holds = self.token_holds(true);
                holds.extend(self.running());
                holds.extend(self.counters(entitlement));
                holds
            }
            Some(Ending::Returned(_)) => {
                let mut holds = self.kept(entitlement);
                holds.extend(self.running());
                holds
            }
            Some(Ending::Lost { free: true, .. }) => Vec::new(),
            Some(Ending::Lost { free: false, .. }) => {
                let mut holds = self.token_holds(false);
                holds.extend(self.running());
                for hold in &mut holds {
                    hold.features.retain(|key, _| kind(entitlement, key) != Some(FeatureType::UsageCount));
                }
                holds.extend(self.held_all_anew(entitlement));
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

    /// The leases that the server said still run, until the last of them ends: at the latest with the last of all delegations, which no
    /// lease outlives (TOK-8), whatever the server's clock shows.
    fn running(&self) -> Option<Hold> {
        let usage = self.usage.as_ref().filter(|usage| usage.running > 0)?;
        let features = usage.features.iter().filter(|feature| feature.held > Quantity::ZERO);
        Some(Hold {
            seats: Quantity::new(usage.running).unwrap_or(Quantity::MAX),
            features: features.map(|feature| (feature.key.clone(), feature.held)).collect(),
            until: [usage.running_until, self.longest()].into_iter().flatten().min(),
            ..self.nothing()
        })
    }

    /// What may be spent of counters, while the session stands. It does not come back when a token's delegation ends: what was spent
    /// by it stays spent.
    fn counters(&self, entitlement: &Entitlement) -> Option<Hold> {
        let features = self.may_spend(entitlement, |one| one.kind.feature_type() == FeatureType::UsageCount);
        (!features.is_empty()).then(|| Hold { features, ..self.nothing() })
    }

    /// What a server that is lost may spend anew with a month or a renewal: it counts to the end of the last period in which it can.
    fn held_all_anew(&self, entitlement: &Entitlement) -> Vec<Hold> {
        let lost = self.ending.map_or(Timestamp::MAX, Ending::at);
        let counters = entitlement.features.iter().filter(|one| self.begins_anew(entitlement, one, lost));
        counters.filter_map(|one| self.held_anew(entitlement, one)).collect()
    }

    /// The same of one counter.
    pub(super) fn held_anew(&self, entitlement: &Entitlement, counter: &GrantedFeature) -> Option<Hold> {
        let features = self.may_spend(entitlement, |one| one.key == counter.key);
        let until = self.last_end().and_then(|end| entitlement.period_end(counter, end));
        (!features.is_empty()).then(|| Hold { features, until, ..self.nothing() })
    }

    /// Whether a counter begins anew at the server, by itself, since it was lost, or now if it was not.
    pub(super) fn begins_anew(&self, entitlement: &Entitlement, counter: &GrantedFeature, now: Timestamp) -> bool {
        entitlement.begins_anew(counter, self.ending.map_or(now, Ending::at), self.last_end())
    }

    /// How much of such counters: all that one of its tokens lets it spend, or what it said was spent.
    fn may_spend(&self, entitlement: &Entitlement, of: impl Fn(&GrantedFeature) -> bool) -> BTreeMap<Key, Quantity> {
        let told = self.usage.as_ref().map(|usage| spent(entitlement, usage)).unwrap_or_default();
        let amount = |key: &Key| self.most(key).max(told.get(key).copied().unwrap_or_default());
        let counters = entitlement.features.iter().filter(|one| of(one));
        let amounts = counters.map(|one| (one.key.clone(), amount(&one.key)));
        amounts.filter(|(_, amount)| *amount > Quantity::ZERO).collect()
    }

    /// When the last of the delegations by which the server may be working ends; nothing if one never does.
    fn last_end(&self) -> Option<Timestamp> {
        let ends: Option<Vec<Timestamp>> = self.unsuperseded().map(|token| token.until).collect();
        ends?.into_iter().max()
    }

    /// When the last of all its delegations ends, of tokens that count no more too; nothing if one never does, or not all are known.
    fn longest(&self) -> Option<Timestamp> {
        let last = self.latest().map_or(0, |token| token.seq);
        let ends: Option<Vec<Timestamp>> = self.tokens.iter().map(|token| token.until).collect();
        ends?.into_iter().max().filter(|_| self.acknowledged <= last)
    }

    /// What was returned and is the authority's only when the delegations end, if the vendor chose so (EXP-7): of each token until its
    /// own end, because more than what counted while the session stood may be in use here.
    fn kept(&self, entitlement: &Entitlement) -> Vec<Hold> {
        if self.give_back != GiveBack::WhenDelegationEnds || self.last_end().is_none() {
            return Vec::new();
        }
        // What was spent counts as such from now on.
        let spent = self.usage.as_ref().map(|usage| spent(entitlement, usage)).unwrap_or_default();
        let mut holds = self.token_holds(false);
        for (key, amount) in holds.iter_mut().flat_map(|hold| &mut hold.features) {
            *amount = amount.minus(spent.get(key).copied().unwrap_or_default());
        }
        holds
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

fn kind(entitlement: &Entitlement, key: &Key) -> Option<FeatureType> {
    entitlement.features.iter().find(|feature| feature.key == *key).map(|feature| feature.kind.feature_type())
}
