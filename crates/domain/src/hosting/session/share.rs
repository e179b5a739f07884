//! How much a token delegates (EXP-1, EXP-2, EXP-8).

use std::collections::BTreeMap;

use super::ExportSession;
use crate::{
    Entitlement, ExportSessionId, FeatureKind, FeatureUsage, FeatureValue, FieldError, GrantedFeature, Invalid, Key,
    Overdraft, Period, Quantity, Refusal, Timestamp,
};

/// What is wanted of a session's next token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// How many seats; nothing: all, so that the host moves as a whole.
    pub seats: Option<Quantity>,
    /// How much of counted features; of the others all go with a whole export, and none with a share.
    pub features: BTreeMap<Key, Quantity>,
    /// How long a delegation lasts; nothing: the entitlement's offline lease period.
    pub delegation: Option<Period>,
}

/// What a token delegates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Whether the host moves as a whole.
    pub whole: bool,
    /// How many seats.
    pub seats: Quantity,
    /// How much of each counted feature; what is not named is unlimited.
    pub features: BTreeMap<Key, Quantity>,
    /// How much of each overdraft of so many goes along: with a whole export what is left of it, else none, or it would be there twice.
    pub overdrafts: BTreeMap<Key, Quantity>,
    /// When the delegation ends; nothing if it never does.
    pub until: Option<Timestamp>,
}

impl Share {
    /// The most that may be taken of each counted feature by it, but for an overdraft of so many percent, which is of what there is at
    /// each host.
    #[must_use]
    pub fn most(&self) -> BTreeMap<Key, Quantity> {
        let overdraft = |key: &Key| self.overdrafts.get(key).copied().unwrap_or_default();
        self.features.iter().map(|(key, amount)| (key.clone(), amount.plus(overdraft(key)))).collect()
    }

    /// A feature as the local server has it: with its part of the value, and of the overdraft.
    #[must_use]
    pub fn granted(&self, feature: &GrantedFeature) -> GrantedFeature {
        let mut granted = feature.clone();
        if let Some(amount) = self.features.get(&feature.key).filter(|_| feature.is_counted()) {
            let value = FeatureValue::Count(Some(*amount));
            match &mut granted.overriding {
                Some(overriding) => *overriding = value,
                None => granted.catalog.1 = value,
            }
        }
        let overdraft = match self.overdrafts.get(&feature.key) {
            Some(left) if *left > Quantity::ZERO => Overdraft::Absolute(*left),
            _ => Overdraft::None,
        };
        granted.kind = match feature.kind {
            FeatureKind::UsageCount(Overdraft::Absolute(_), reset) => FeatureKind::UsageCount(overdraft, reset),
            FeatureKind::ElementPool(Overdraft::Absolute(_)) => FeatureKind::ElementPool(overdraft),
            kind => kind,
        };
        granted
    }
}

/// Checks which features are split: counted ones of the entitlement.
///
/// # Errors
/// Every member that does not fit.
pub fn check_split(entitlement: &Entitlement, features: &BTreeMap<Key, Quantity>) -> Result<(), Vec<FieldError>> {
    let errors: Vec<FieldError> = features
        .keys()
        .filter_map(|key| {
            let path = format!("features.{key}");
            match entitlement.features.iter().find(|feature| feature.key == *key) {
                None => Some(FieldError::new(path, Invalid::Unknown, "the entitlement has no such feature")),
                Some(feature) if !feature.is_counted() => {
                    let detail = "a feature of type bool is not split: it is on wherever it is";
                    Some(FieldError::new(path, Invalid::NotAllowed, detail))
                }
                Some(_) => None,
            }
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What nobody else has: neither another session, nor anybody here.
pub(super) struct Free<'a> {
    pub(super) entitlement: &'a Entitlement,
    pub(super) session: Option<&'a ExportSession>,
    /// How many seats are used here (SEAT-3).
    pub(super) used: u64,
    /// What is used here of counted features.
    pub(super) counters: &'a BTreeMap<Key, FeatureUsage>,
    pub(super) now: Timestamp,
}

impl Free<'_> {
    pub(super) fn seats(&self) -> Quantity {
        let used = Quantity::new(self.used).unwrap_or(Quantity::MAX);
        self.entitlement.seats.minus(self.entitlement.hosting.seats_held(self.id())).minus(used)
    }

    fn id(&self) -> Option<ExportSessionId> {
        self.session.map(|session| session.id)
    }

    /// How much of a counted feature is free; nothing where it is unlimited. What the session has, no overdraft of others takes from it.
    fn feature(&self, feature: &GrantedFeature) -> Option<Quantity> {
        let FeatureValue::Count(Some(value)) = feature.value() else { return None };
        Some(value.minus(self.taken(feature)).max(self.kept(feature, value)))
    }

    /// How much of what the session has is within what was sold, although others may have more than the value leaves them.
    fn kept(&self, feature: &GrantedFeature, value: Quantity) -> Quantity {
        let (own, held, used) = (self.own(feature).min(value), self.held(feature), self.spent(feature));
        match feature.kind.overdraft() {
            overdraft @ (Overdraft::None | Overdraft::Absolute(_)) => {
                own.min(overdraft.limit(value).minus(held.plus(used)))
            }
            // It is of what there is at each host.
            overdraft if held.plus(own) <= value && used <= overdraft.limit(value.minus(held.plus(own))) => own,
            _ => Quantity::ZERO,
        }
    }

    /// How much of the value the session has. Where an overdraft of so many went along, the two cannot be told apart.
    fn own(&self, feature: &GrantedFeature) -> Quantity {
        let mixed = |session: &ExportSession| session.is_whole() && self.overdraft(feature).is_some();
        let session = self.session.filter(|session| !mixed(session));
        session.map(|session| session.most(&feature.key)).unwrap_or_default()
    }

    /// How much of a counted feature others have elsewhere.
    fn held(&self, feature: &GrantedFeature) -> Quantity {
        self.entitlement.hosting.feature_held(&feature.key, self.id())
    }

    /// How much of it is used here.
    fn spent(&self, feature: &GrantedFeature) -> Quantity {
        let counter = self.counters.get(&feature.key);
        counter.map_or(Quantity::ZERO, |counter| counter.current(self.entitlement, feature, self.now).used)
    }

    /// How much of it others have, here and elsewhere.
    fn taken(&self, feature: &GrantedFeature) -> Quantity {
        self.held(feature).plus(self.spent(feature))
    }

    /// What others leave of an overdraft of so many; nothing where it is none such.
    fn overdraft(&self, feature: &GrantedFeature) -> Option<Quantity> {
        match (feature.kind.overdraft(), feature.value()) {
            (Overdraft::Absolute(more), FeatureValue::Count(Some(value))) => {
                Some(more.minus(self.taken(feature).minus(value)))
            }
            _ => None,
        }
    }

    /// Whether there is as much as is wished for (EXP-2).
    pub(super) fn check(&self, wish: &Wish) -> Result<(), Refusal> {
        let free = self.seats();
        let enough = wish.seats.map_or(self.used == 0, |wanted| wanted <= free);
        if !enough {
            return Err(Refusal::EntitlementHasActiveSeats { used: self.used, free });
        }
        for feature in self.entitlement.features.iter().filter(|feature| feature.is_counted()) {
            let (Some(&requested), Some(available)) = (wish.features.get(&feature.key), self.feature(feature)) else {
                continue;
            };
            if requested > available {
                let total = Some(available);
                return Err(Refusal::FeatureExhausted { feature: feature.key.clone(), requested, available, total });
            }
        }
        Ok(())
    }

    /// As much as is wished for, as far as it is free.
    pub(super) fn share(&self, wish: &Wish) -> Result<Share, Refusal> {
        let whole = wish.seats.is_none();
        let free = self.seats();
        let part = |feature: &GrantedFeature| {
            let wanted = wish.features.get(&feature.key).copied();
            let amount = match (self.feature(feature), wanted) {
                (Some(free), Some(wanted)) => wanted.min(free),
                (Some(free), None) if whole => free,
                (Some(_), None) => Quantity::ZERO,
                (None, wanted) => wanted?,
            };
            Some((feature.key.clone(), amount))
        };
        let counted = || self.entitlement.features.iter().filter(|feature| feature.is_counted());
        let overdraft = |feature: &GrantedFeature| Some((feature.key.clone(), self.overdraft(feature)?));
        Ok(Share {
            whole,
            seats: wish.seats.map_or(free, |wanted| wanted.min(free)),
            features: counted().filter_map(part).collect(),
            overdrafts: counted().filter(|_| whole).filter_map(overdraft).collect(),
            until: self.delegation_end(wish)?,
        })
    }

    /// When a delegation of now ends: after its period, and at the hard stop at the latest (TOK-8).
    fn delegation_end(&self, wish: &Wish) -> Result<Option<Timestamp>, Refusal> {
        let refused = Refusal::OfflineNotPermitted { too_large: false };
        let period = wish.delegation.or(self.entitlement.policy.offline_lease_period).ok_or(refused)?;
        let ends = [period.end(self.now), self.entitlement.hard_stop()];
        // One that ends before it begins is none: where all is over, it ends now.
        Ok(ends.into_iter().flatten().min().map(|end| end.max(self.now)))
    }
}

impl ExportSession {
    /// What the next token delegates: as much as is wished for, as far as nobody else has it. `used` seats and `counters` are those of
    /// here.
    ///
    /// # Errors
    /// `OfflineNotPermitted` where neither the session nor the entitlement says how long a delegation lasts.
    pub fn next_share(
        &self,
        entitlement: &Entitlement,
        used: u64,
        counters: &BTreeMap<Key, FeatureUsage>,
        now: Timestamp,
    ) -> Result<Share, Refusal> {
        Free { entitlement, session: Some(self), used, counters, now }.share(&self.wish)
    }

    /// Wishes something else of the next tokens.
    ///
    /// # Errors
    /// `EntitlementHasActiveSeats`, `FeatureExhausted` where that is not free (EXP-2).
    pub fn change_wish(
        &mut self,
        wish: Wish,
        entitlement: &Entitlement,
        used: u64,
        counters: &BTreeMap<Key, FeatureUsage>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        Free { entitlement, session: Some(self), used, counters, now }.check(&wish)?;
        self.wish = wish;
        Ok(())
    }
}
