//! `product.create`.

use chancery_domain::{Action, DeviceKeys, Key, Metadata, Name, Policy, Product, SecretMode, Selector};
use chancery_store::{Aggregate, product};

use crate::{Context, Error, System};

/// A product to be made.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// What people read.
    pub name: Name,
    /// Its key, unique within the vendor (CAT-2).
    pub key: Key,
    /// The defaults of what it sells.
    pub policy: Policy,
    /// Whether its activations must be bound to device keys.
    pub device_keys: DeviceKeys,
    /// How its licensee secrets are used.
    pub secret_mode: SecretMode,
    /// Whether unknown licensee numbers become licensees by themselves.
    pub licensee_auto_create: bool,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes a product.
///
/// # Errors
/// `AlreadyExists` for a key that is taken; `Refused` with `AutoCreateNeedsOtherSecretMode`; the database's.
pub async fn create(system: &System, context: &Context, input: NewProduct) -> Result<Product, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateProduct, aggregate, move |change| {
            let vendor = change.permit.vendor();
            if product::find(change.tx, vendor, &Selector::Name(input.key.to_string()))?.is_some() {
                return Err(Error::AlreadyExists { field: "key" });
            }
            let product = Product {
                id: change.id(),
                vendor,
                name: input.name.clone(),
                key: input.key.clone(),
                policy: input.policy.clone(),
                device_keys: input.device_keys,
                secret_mode: input.secret_mode,
                licensee_auto_create: input.licensee_auto_create,
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            product.check_licensee_settings()?;
            product::insert(change.tx, change.permit, &product)?;
            change.record(product.id, None, Some(&product))?;
            Ok(product)
        })
        .await
}
