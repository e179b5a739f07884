//! `attribute.create`.

use chancery_domain::{Action, AttributeDefinition, AttributeType, AttributeValue, Key, Metadata, Name};
use chancery_store::{Aggregate, attribute, catalog_key};

use super::check;
use crate::{Context, Error, Place, System, place};

/// An attribute to be defined.
#[derive(Clone, Debug)]
pub struct NewAttribute {
    /// Its key, unique within its product and not that of a global attribute (CAT-2).
    pub key: Key,
    /// What people read; nothing: the key.
    pub name: Option<Name>,
    /// What its value is.
    pub attribute_type: AttributeType,
    /// The value where nothing nearer sets one; nothing: it is absent there.
    pub value: Option<AttributeValue>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Defines an attribute at a place: it holds there and at all that is below.
///
/// # Errors
/// `NotFound` for the place; `Invalid`; `AlreadyExists` for a key that is taken; the database's.
pub async fn create(
    system: &System,
    context: &Context,
    place: Place,
    input: NewAttribute,
) -> Result<AttributeDefinition, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateAttribute, aggregate, move |change| {
            let scope = place.scope(change.tx, change.permit)?;
            let value = input.value.as_ref().map(|value| check(input.attribute_type, value, "value"));
            let value = value.transpose().map_err(|error| Error::Invalid(vec![error]))?;
            let vendor = change.permit.vendor();
            if catalog_key::is_attribute(change.tx, vendor, scope.product(), &input.key)? {
                return Err(Error::AlreadyExists { field: "key" });
            }
            let definition = AttributeDefinition {
                id: change.id(),
                vendor,
                scope,
                key: input.key.clone(),
                name: place::name_of(input.name.as_ref(), &input.key)?,
                attribute_type: input.attribute_type,
                value,
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            attribute::insert(change.tx, change.permit, &definition)?;
            change.record(definition.id, None, Some(&definition))?;
            Ok(definition)
        })
        .await
}
