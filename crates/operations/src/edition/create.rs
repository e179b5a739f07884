//! `edition.create`.

use std::collections::BTreeMap;

use chancery_domain::{Action, AttributeValue, Edition, FeatureValue, Key, Metadata, Name, ProductId, Scope, Selector};
use chancery_store::{Aggregate, edition};

use super::EditionView;
use super::values::Values;
use crate::{Context, Error, System, product};

/// An edition to be made.
#[derive(Clone, Debug)]
pub struct NewEdition {
    /// What people read.
    pub name: Name,
    /// Its key, unique within the product (CAT-2).
    pub key: Key,
    /// Its own values of features that are defined globally or on the product.
    pub features: BTreeMap<Key, FeatureValue>,
    /// Its own values of attributes that are defined globally or on the product.
    pub attributes: BTreeMap<Key, AttributeValue>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes an edition of a product, with its values.
///
/// # Errors
/// `NotFound` for the product; `AlreadyExists` for a key that is taken; `Invalid` with all values that cannot be taken; the database's.
pub async fn create(
    system: &System,
    context: &Context,
    product: Selector<ProductId>,
    input: NewEdition,
) -> Result<EditionView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let attributes = input.attributes.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    system
        .change(context, Action::CreateEdition, aggregate, move |change| {
            let product = product::get(change.tx, change.permit, &product)?;
            let edition = Edition {
                id: change.id(),
                vendor: product.vendor,
                product: product.id,
                name: input.name.clone(),
                key: input.key.clone(),
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            let scope = Scope::Edition(product.id, edition.id);
            let values = Values::check(change, scope, &input.features, &attributes)?;
            let named = Selector::Name(edition.key.to_string());
            if edition::find(change.tx, product.vendor, Some(product.id), &named)?.is_some() {
                return Err(Error::AlreadyExists { field: "key" });
            }
            edition::insert(change.tx, change.permit, &edition)?;
            values.give(change, scope)?;
            let made = EditionView::of(change.tx, edition)?;
            change.record(made.edition.id, None, Some(&made))?;
            Ok(made)
        })
        .await
}
