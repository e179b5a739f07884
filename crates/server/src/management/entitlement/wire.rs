//! Entitlements between the wire and the domain.

use chancery_api_types::management::{
    Entitlement, EntitlementAttribute, EntitlementFeature, EntitlementHost, UpdateEntitlement,
};
use chancery_api_types::wire::{AttributePatch, EmptyList};
use chancery_domain::{EntitlementEdit, FeatureState, GrantedAttribute, GrantedFeature};
use chancery_operations::entitlement::EntitlementView;

use crate::hosting;
use crate::show::{self, quantity};

pub(super) fn edit(body: UpdateEntitlement) -> EntitlementEdit {
    EntitlementEdit {
        seats: body.seats.map(Into::into),
        overdraft: body.overdraft.map(Into::into),
        lease_period: body.lease_period.map(Into::into),
        offline_lease_period: body.offline_lease_period.map(Into::into),
        grace_period: body.grace_period.map(Into::into),
        outage_tolerance: body.outage_tolerance.map(Into::into),
        enforcement: body.enforcement.map(|text| text.0),
        expiry: body.expiry.map(|instant| instant.0),
        maintenance_end: body.maintenance_end.map(|instant| instant.0),
        usage_reset: body.usage_reset.map(|text| text.0),
        features: body.features.into_iter().map(|(key, value)| (key.0, Some(value.into()))).collect(),
        attributes: body
            .attributes
            .into_iter()
            .map(|(key, value)| (key.0, AttributePatch::into_string(value)))
            .collect(),
        notes: body.notes.map(|text| text.0.into_string()),
        metadata: body.metadata.map(Into::into),
    }
}

pub(crate) fn entitlement(view: EntitlementView) -> Entitlement {
    let EntitlementView { entitlement: e, seats_used, overdraft_used, seats_held, seats_over, features, hosts, now } =
        view;
    let host = e.hosting.delegation().map(|delegation| delegation.server.to_string());
    let here = EntitlementHost {
        host: host.unwrap_or_else(|| "authority".to_owned()),
        seats: e.seats_here().into(),
        seats_used: Some(quantity(seats_used)),
        ..EntitlementHost::default()
    };
    let deleted = show::deleted(e.deleted());
    Entitlement {
        id: e.id.into(),
        order_id: e.order.into(),
        customer_id: e.customer.into(),
        product_id: e.product.into(),
        edition_id: e.edition.into(),
        offering_id: e.offering.into(),
        status: e.status(now).into(),
        license_type: e.license_type().into(),
        plan_type: e.plan_type.into(),
        license_start: e.license_start.into(),
        duration: e.duration.map(Into::into),
        start: e.start.map(Into::into),
        expiry: e.expiry.map(Into::into),
        grace_end: e.grace_end().map(Into::into),
        maintenance_end: e.maintenance_end.map(Into::into),
        seats: e.seats.into(),
        overdraft: e.overdraft.into(),
        seats_used: quantity(seats_used),
        overdraft_used: overdraft_used.into(),
        seats_held: seats_held.into(),
        seats_over: quantity(seats_over),
        concurrency: e.concurrency.into(),
        lease_period: e.policy.lease_period.into(),
        offline_lease_period: e.policy.offline_lease_period.map(Into::into),
        grace_period: e.policy.grace_period.map(Into::into),
        outage_tolerance: e.policy.outage_tolerance.map(Into::into),
        enforcement: e.policy.enforcement.into(),
        usage_reset: e.usage_reset.map(Into::into),
        hosts: std::iter::once(here).chain(hosts.iter().map(hosting::host)).collect(),
        features: e.features.into_iter().zip(features).map(|(granted, state)| feature(granted, &state)).collect(),
        attributes: e.attributes.into_iter().map(attribute).collect(),
        allotments: EmptyList,
        overrides: e.overrides.into_iter().map(Into::into).collect(),
        disabled: e.disabled.is_some(),
        disabled_since: e.disabled.as_ref().map(|disabled| disabled.since.into()),
        disabled_reason: e.disabled.and_then(|disabled| disabled.reason).map(Into::into),
        customer_disabled: e.customer_disabled,
        deleted: deleted.since,
        purge_at: deleted.purge_at,
        deleted_with: deleted.with,
        notes: e.notes,
        metadata: e.metadata.into(),
        created: e.created.into(),
        updated: e.updated.into(),
        sku: e.sku.into(),
    }
}

fn feature(granted: GrantedFeature, state: &FeatureState) -> EntitlementFeature {
    EntitlementFeature {
        feature_type: granted.kind.feature_type().into(),
        value: granted.value().into(),
        used: state.used.into(),
        overdraft: granted.kind.overdraft().into(),
        usage_reset: granted.kind.usage_reset().into(),
        level: granted.level.into(),
        value_level: granted.value_level().into(),
        overridden: granted.overriding.is_some(),
        key: granted.key.into(),
        name: granted.name.into(),
    }
}

fn attribute(granted: GrantedAttribute) -> EntitlementAttribute {
    EntitlementAttribute {
        attribute_type: granted.attribute_type.into(),
        value: granted.value().cloned().map(Into::into),
        level: granted.level.into(),
        value_level: granted.value_level().into(),
        overridden: granted.overriding.is_some(),
        key: granted.key.into(),
        name: granted.name.into(),
    }
}
