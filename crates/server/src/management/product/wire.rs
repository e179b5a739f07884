//! Products between the wire and the domain.

use chancery_api_types::management::{CreateProduct, Product, UpdateProduct};
use chancery_domain::{DeviceKeys, Policy, ProductId, SecretMode, Selector};
use chancery_operations::product::{NewProduct, ProductEdit};

/// Which product.
pub(super) type Which = Selector<ProductId>;

pub(super) fn new_product(body: CreateProduct) -> NewProduct {
    let usual = Policy::default();
    NewProduct {
        name: body.name.0,
        key: body.key.0,
        policy: Policy {
            lease_period: body.lease_period.map_or(usual.lease_period, Into::into),
            offline_lease_period: body.offline_lease_period.map(Into::into),
            grace_period: body.grace_period.map(Into::into),
            outage_tolerance: body.outage_tolerance.map(Into::into),
            enforcement: body.enforcement.map_or(usual.enforcement, |text| text.0),
        },
        device_keys: body.device_keys.map_or(DeviceKeys::Optional, |text| text.0),
        secret_mode: body.licensee_secret_mode.map_or(SecretMode::Disabled, |text| text.0),
        licensee_auto_create: body.licensee_auto_create.unwrap_or(false),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdateProduct) -> ProductEdit {
    ProductEdit {
        name: body.name.map(|text| text.0),
        key: body.key.map(|text| text.0),
        lease_period: body.lease_period.map(Into::into),
        offline_lease_period: body.offline_lease_period.map(Into::into),
        grace_period: body.grace_period.map(Into::into),
        outage_tolerance: body.outage_tolerance.map(Into::into),
        enforcement: body.enforcement.map(|text| text.0),
        device_keys: body.device_keys.map(|text| text.0),
        secret_mode: body.licensee_secret_mode.map(|text| text.0),
        licensee_auto_create: body.licensee_auto_create,
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn product(product: chancery_domain::Product) -> Product {
    let policy = product.policy;
    Product {
        id: product.id.into(),
        name: product.name.into(),
        key: product.key.into(),
        lease_period: policy.lease_period.into(),
        offline_lease_period: policy.offline_lease_period.map(Into::into),
        grace_period: policy.grace_period.map(Into::into),
        outage_tolerance: policy.outage_tolerance.map(Into::into),
        enforcement: policy.enforcement.into(),
        device_keys: product.device_keys.into(),
        licensee_secret_mode: product.secret_mode.into(),
        licensee_auto_create: product.licensee_auto_create,
        metadata: product.metadata.into(),
        created: product.created.into(),
        updated: product.updated.into(),
    }
}
