//! An activation, in every API.

use chancery_api_types::activation::{Activation, ActivationAttribute, ActivationFeature, Device, EntitlementSummary};
use chancery_api_types::wire::{WireFeatureValue, WireQuantity};
use chancery_domain::{Entitlement, FeatureState, Quantity, Timestamp};
use chancery_operations::activation::ActivationView;

/// An activation with its verdicts.
pub(crate) fn activation(view: &ActivationView) -> Activation {
    let ActivationView { activation, entitlement, features, now } = view;
    let number = activation.seat_number();
    Activation {
        id: activation.id.into(),
        entitlement_id: activation.entitlement.into(),
        product_id: activation.product.into(),
        seat_id: activation.seat_id.clone().into(),
        seat_name: activation.seat_name.clone().map(Into::into),
        seat_number: number.map(quantity),
        status: activation.status(*now).into(),
        mode: activation.mode.into(),
        overdraft: number.is_some_and(|number| entitlement.is_overdraft(number)),
        seat_until: activation.kept_until().filter(|_| number.is_some()).map(Into::into),
        activated: activation.activated.into(),
        last_lease: activation.lease.issued.into(),
        lease_expiry: activation.lease.expiry.map(Into::into),
        entitlement: summary(entitlement, *now),
        features: features.iter().map(feature).collect(),
        attributes: attributes(entitlement),
        client_code: activation.client_code.clone(),
        device: Device {
            key_thumbprint: activation.device_key.as_ref().map(ToString::to_string),
            container: activation.device.container,
            vm: activation.device.vm,
        },
    }
}

fn summary(entitlement: &Entitlement, now: Timestamp) -> EntitlementSummary {
    EntitlementSummary {
        status: entitlement.status(now).into(),
        expiry: entitlement.expiry.map(Into::into),
        grace_end: entitlement.grace_end().map(Into::into),
        hard_stop: entitlement.hard_stop().map(Into::into),
        maintenance_end: entitlement.maintenance_end.map(Into::into),
    }
}

/// A feature's state (FEAT-5).
pub(crate) fn feature(state: &FeatureState) -> ActivationFeature {
    ActivationFeature {
        key: state.key.clone().into(),
        feature_type: state.feature_type.into(),
        value: WireFeatureValue(state.value),
        total: state.total.map(Into::into),
        active: state.active.into(),
        available: state.available.map(Into::into),
        period: state.period.map(Into::into),
    }
}

/// An entitlement's attributes, with the values that hold.
pub(crate) fn attributes(entitlement: &Entitlement) -> Vec<ActivationAttribute> {
    let shown = entitlement.attributes.iter().map(|attribute| ActivationAttribute {
        key: attribute.key.clone().into(),
        attribute_type: attribute.attribute_type.into(),
        value: attribute.value().cloned().map(Into::into),
    });
    shown.collect()
}

/// A count that cannot be above 2^53 − 1.
pub(crate) fn quantity(count: u64) -> WireQuantity {
    Quantity::new(count).unwrap_or(Quantity::MAX).into()
}
