//! Calls on features, with the counters that the store keeps.

use chancery_domain::*;

use super::{World, key};

/// What a product asks of a feature.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Use,
    Checkout,
    Return,
}

impl World {
    /// Decides a call, and keeps what it changes.
    pub(crate) fn call(
        &mut self,
        call: Call,
        id: ActivationId,
        feature: &str,
        amount: Quantity,
    ) -> Result<(), Refusal> {
        let entitlement = self.entitlement_of(self.activation(id).entitlement).clone();
        let feature = key(feature);
        let usage = self.usage_of(&entitlement, &feature);
        let active = self.taken.get(&(id, feature.clone())).copied().unwrap_or_default();
        let taking = match call {
            Call::Use => check_use(&entitlement, &feature, usage, amount, self.now),
            Call::Checkout => check_checkout(&entitlement, &feature, usage, active, amount, self.now),
            Call::Return => check_return(&entitlement, &feature, usage, active, amount),
        }?;
        self.usage.insert((entitlement.id, feature.clone()), taking.usage);
        self.taken.insert((id, feature), taking.active);
        Ok(())
    }

    fn usage_of(&self, entitlement: &Entitlement, feature: &Key) -> FeatureUsage {
        let none = FeatureUsage { used: Quantity::ZERO, since: self.now };
        self.usage.get(&(entitlement.id, feature.clone())).copied().unwrap_or(none)
    }

    /// The counter of a feature, if anything was ever taken of it.
    pub(crate) fn counter(&self, name: &str, feature: &Key) -> Option<FeatureUsage> {
        self.usage.get(&(self.entitlement(name).id, feature.clone())).copied()
    }

    /// What a seat is told of a feature (FEAT-5).
    pub(crate) fn state(&self, id: ActivationId, feature: &str) -> FeatureState {
        let entitlement = self.entitlement_of(self.activation(id).entitlement);
        let feature = key(feature);
        let granted = entitlement.features.iter().find(|granted| granted.key == feature).expect("it is granted");
        let used = self.usage.get(&(entitlement.id, feature.clone())).copied();
        let active = self.taken.get(&(id, feature)).copied().unwrap_or_default();
        FeatureState::of(entitlement, granted, used, active, self.now)
    }

    /// Ending or replacing an activation returns what it held (FEAT-3).
    pub(crate) fn return_all(&mut self, id: ActivationId) {
        let held: Vec<(Key, Quantity)> = self
            .taken
            .iter()
            .filter(|((holder, _), amount)| *holder == id && **amount > Quantity::ZERO)
            .map(|((_, feature), amount)| (feature.clone(), *amount))
            .collect();
        for (feature, amount) in held {
            self.call(Call::Return, id, feature.as_str(), amount).expect("what was taken can be returned");
        }
    }

    /// Another offering begins its counters anew (ENT-8).
    pub(crate) fn forget_usage(&mut self, before: &Entitlement, after: &Entitlement) {
        self.usage.retain(|(id, feature), _| *id != after.id || after.keeps_usage(before, feature));
        let kept: Vec<Key> = self.usage.keys().filter(|(id, _)| *id == after.id).map(|(_, key)| key.clone()).collect();
        let of_it: Vec<ActivationId> =
            self.activations.iter().filter(|one| one.entitlement == after.id).map(|one| one.id).collect();
        self.taken.retain(|(id, feature), _| !of_it.contains(id) || kept.contains(feature));
    }

    /// What all seats together have taken of each pool is what its counter says (FEAT-3).
    pub(crate) fn pools_add_up(&self) -> bool {
        let pools = self.usage.iter().filter(|((entitlement, feature), _)| {
            let granted = self.entitlement_of(*entitlement).features.iter().find(|granted| granted.key == *feature);
            granted.is_some_and(|granted| granted.kind.feature_type() == FeatureType::ElementPool)
        });
        let mut pools = pools;
        pools.all(|((entitlement, feature), usage)| {
            let of_it = |id: &ActivationId| self.activation(*id).entitlement == *entitlement;
            let taken = self.taken.iter().filter(|((id, key), _)| key == feature && of_it(id));
            taken.map(|(_, amount)| amount.get()).sum::<u64>() == usage.used.get()
        })
    }
}
