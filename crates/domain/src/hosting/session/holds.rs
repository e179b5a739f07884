//! What a session counts with (EXP-6, EXP-7, LLS-4): the largest share of all tokens that the server may have applied.

use std::collections::BTreeMap;

use super::{Ending, ExportSession, ExportedToken, GiveBack};
use crate::hosting::{Hold, HostedFeature, Usage};
use crate::{Entitlement, FeatureType, GrantedFeature, Key, Quantity, Timestamp};

impl ExportSession {
    /// What the server may be using, as far as the authority knows.
    #[must_use]
    pub fn holds(&self, entitlement: &Entitlement) -> Vec<Hold> {
        match self.ending {
            None => {
                let mut holds = self.token_holds(true);
                holds.extend(self.leases(entitlement));
                holds.extend(self.counters(entitlement));
                holds
            }
            Some(Ending::Returned(_)) => {
                let mut holds = self.kept(entitlement);
                holds.extend(self.leases(entitlement));
                holds
            }
            Some(Ending::Lost { free: true, .. }) => Vec::new(),
            Some(Ending::Lost { free: false, .. }) => {
                let mut holds = self.token_holds(false);
                for hold in &mut holds {
                    hold.features.retain(|key, _| !is_counter(entitlement, key));
                }
                holds.extend(self.leases(entitlement));
                holds.extend(self.holds_anew(entitlement));
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

    /// The leases that run there by its word, and those that it has forgotten.
    fn leases(&self, entitlement: &Entitlement) -> impl Iterator<Item = Hold> {
        self.running(entitlement).into_iter().chain(self.forgotten.clone())
    }

    /// The leases that the server said still run, until the last of them ends: at the latest with the last of all delegations, which no
    /// lease outlives (TOK-8), whatever the server's clock shows. With them what they have of pools: what is spent does not end.
    pub(super) fn running(&self, entitlement: &Entitlement) -> Option<Hold> {
        let usage = self.usage.as_ref().filter(|usage| usage.running > 0)?;
        let held = |feature: &&HostedFeature| feature.held > Quantity::ZERO && !is_counter(entitlement, &feature.key);
        let features = usage.features.iter().filter(held);
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
    fn holds_anew(&self, entitlement: &Entitlement) -> Vec<Hold> {
        let counts = |one: &&GrantedFeature| self.held_anew.contains(&one.key) && is_counter(entitlement, &one.key);
        let counters = entitlement.features.iter().filter(counts);
        counters.filter_map(|one| self.hold_anew(entitlement, one)).collect()
    }

    /// The same of one counter.
    pub(super) fn hold_anew(&self, entitlement: &Entitlement, counter: &GrantedFeature) -> Option<Hold> {
        let features = self.may_spend(entitlement, |one| one.key == counter.key);
        let until = self.works_until().and_then(|end| entitlement.period_end(counter, end));
        (!features.is_empty()).then(|| Hold { features, until, ..self.nothing() })
    }

    /// The counters that begin anew at the server from now on, by themselves.
    pub(super) fn begins_anew<'a>(
        &self,
        entitlement: &'a Entitlement,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a GrantedFeature> {
        let until = self.works_until();
        entitlement.features.iter().filter(move |one| entitlement.begins_anew(one, now, until))
    }

    /// How much of such counters: all that one of its tokens lets it spend, one of before too if it was set back to that, or what it said
    /// was spent.
    fn may_spend(&self, entitlement: &Entitlement, of: impl Fn(&GrantedFeature) -> bool) -> BTreeMap<Key, Quantity> {
        let most = |usage| counted(entitlement, usage, |told| told.used.max(told.held));
        let told = self.usage.as_ref().map(most).unwrap_or_default();
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

    /// The same where it may be working by one that was superseded, because it was set back to that.
    fn works_until(&self) -> Option<Timestamp> {
        if self.applied() < self.acknowledged { self.longest() } else { self.last_end() }
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
        let used = |usage| counted(entitlement, usage, |told| told.used);
        let spent = self.usage.as_ref().map(used).unwrap_or_default();
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

/// So much of each counter by what was told.
fn counted(
    entitlement: &Entitlement,
    usage: &Usage,
    amount: impl Fn(&HostedFeature) -> Quantity,
) -> BTreeMap<Key, Quantity> {
    let counters = usage.features.iter().filter(|told| is_counter(entitlement, &told.key));
    counters.map(|told| (told.key.clone(), amount(told))).filter(|(_, amount)| *amount > Quantity::ZERO).collect()
}

fn is_counter(entitlement: &Entitlement, key: &Key) -> bool {
    let counts = |one: &GrantedFeature| one.key == *key && one.kind.feature_type() == FeatureType::UsageCount;
    entitlement.features.iter().any(counts)
}
