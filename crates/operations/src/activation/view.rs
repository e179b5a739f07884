//! An activation as it is shown: with its entitlement's verdict, its features and attributes (FEAT-5).

use chancery_domain::{Activation, Entitlement, FeatureState, FeatureType, Permit, Quantity, Timestamp};
use chancery_store::{ReadTx, activation, entitlement, usage};

use crate::Error;

/// An activation, with all that its reply and its lease tell.
#[derive(Clone, Debug)]
pub struct ActivationView {
    /// The activation.
    pub activation: Activation,
    /// Its entitlement.
    pub entitlement: Entitlement,
    /// The features' states.
    pub features: Vec<FeatureState>,
    /// The instant of the verdicts.
    pub now: Timestamp,
}

impl ActivationView {
    /// Reads what is missing to show an activation of an entitlement.
    pub(crate) fn of(
        tx: &mut ReadTx<'_>,
        activation: Activation,
        mut entitlement: Entitlement,
        now: Timestamp,
    ) -> Result<Self, Error> {
        entitlement.as_of(now);
        let features = features(tx, &entitlement, Some(&activation), now)?;
        Ok(Self { activation, entitlement, features, now })
    }

    /// Reads an activation of the permit's vendor.
    pub(crate) fn load(
        tx: &mut ReadTx<'_>,
        permit: &Permit,
        id: chancery_domain::ActivationId,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let activation = activation::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?;
        let entitlement = entitlement::find(tx, permit.vendor(), activation.entitlement)?.ok_or(Error::NotFound)?;
        Self::of(tx, activation, entitlement, now)
    }
}

/// The states of an entitlement's features, for one seat or for none. The counters are read only if there are any.
pub(crate) fn features(
    tx: &mut ReadTx<'_>,
    entitlement: &Entitlement,
    activation: Option<&Activation>,
    now: Timestamp,
) -> Result<Vec<FeatureState>, Error> {
    let has = |wanted: FeatureType| entitlement.features.iter().any(|f| f.kind.feature_type() == wanted);
    let pools = has(FeatureType::ElementPool);
    let mut used = Default::default();
    let mut abandoned = Default::default();
    let mut held = Default::default();
    if pools || has(FeatureType::UsageCount) {
        used = usage::of_entitlement(tx, entitlement.id)?;
    }
    if pools && !used.is_empty() {
        abandoned = usage::abandoned(tx, entitlement, now)?;
        held = match activation.filter(|activation| activation.frees_at > now) {
            Some(activation) => usage::holdings(tx, activation.id)?,
            None => held,
        };
    }
    let state = |feature: &chancery_domain::GrantedFeature| {
        let mut used = used.get(&feature.key).copied();
        if let (Some(used), Some(abandoned)) = (used.as_mut(), abandoned.get(&feature.key)) {
            used.used = used.used.minus(*abandoned);
        }
        let active = held.get(&feature.key).copied().unwrap_or(Quantity::ZERO);
        FeatureState::of(entitlement, feature, used, active, now)
    };
    Ok(entitlement.features.iter().map(state).collect())
}
