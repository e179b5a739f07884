//! `product.update`.

use chancery_domain::{
    Action, DeviceKeys, Enforcement, Interval, Key, Metadata, Name, Period, Product, ProductId, SecretMode, Selector,
};
use chancery_store::{Aggregate, product};

use super::{check_not_built_in, get};
use crate::{Context, Error, System};

/// New values for some members of a product. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the product's members")]
pub struct ProductEdit {
    pub name: Option<Name>,
    pub key: Option<Key>,
    pub lease_period: Option<Period>,
    pub offline_lease_period: Option<Option<Period>>,
    pub grace_period: Option<Option<Interval>>,
    pub outage_tolerance: Option<Option<Interval>>,
    pub enforcement: Option<Enforcement>,
    pub device_keys: Option<DeviceKeys>,
    pub secret_mode: Option<SecretMode>,
    pub licensee_auto_create: Option<bool>,
    pub metadata: Option<Metadata>,
}

impl ProductEdit {
    fn apply(&self, product: &mut Product) {
        let policy = &mut product.policy;
        policy.lease_period = self.lease_period.unwrap_or(policy.lease_period);
        policy.offline_lease_period = self.offline_lease_period.unwrap_or(policy.offline_lease_period);
        policy.grace_period = self.grace_period.unwrap_or(policy.grace_period);
        policy.outage_tolerance = self.outage_tolerance.unwrap_or(policy.outage_tolerance);
        policy.enforcement = self.enforcement.unwrap_or(policy.enforcement);
        product.device_keys = self.device_keys.unwrap_or(product.device_keys);
        product.secret_mode = self.secret_mode.unwrap_or(product.secret_mode);
        product.licensee_auto_create = self.licensee_auto_create.unwrap_or(product.licensee_auto_create);
        if let Some(name) = &self.name {
            product.name = name.clone();
        }
        if let Some(key) = &self.key {
            product.key = key.clone();
        }
        if let Some(metadata) = &self.metadata {
            product.metadata = metadata.clone();
        }
    }
}

/// Changes a product. What was sold already keeps what it was sold with (CAT-3).
///
/// # Errors
/// `NotFound`; `AlreadyExists` for a key that is taken; `Refused` with `AutoCreateNeedsOtherSecretMode`; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<ProductId>,
    edit: ProductEdit,
) -> Result<Product, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateProduct, aggregate, move |change| {
            let before = get(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after);
            if after.key != before.key {
                check_not_built_in(before.vendor, before.id)?;
                let named = Selector::Name(after.key.to_string());
                if product::find(change.tx, before.vendor, &named)?.is_some() {
                    return Err(Error::AlreadyExists { field: "key" });
                }
            }
            after.check_licensee_settings()?;
            after.updated = change.now;
            product::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
