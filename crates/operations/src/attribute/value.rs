//! Values of attributes: of the right type, and put where they belong.

use chancery_domain::{
    AttributeDefinition, AttributeType, AttributeValue, Fact, Facts, FieldError, Key, Scope, SetValue, fact,
};
use chancery_store::attribute;

use crate::{Change, Error};

/// What the audit says of an attribute's value at a place: `attributes: max-parts=5000`; nothing where the place gives none.
pub(super) struct ValueHere<'a>(pub(super) &'a Key, pub(super) Option<AttributeValue>);

impl Facts for ValueHere<'_> {
    fn facts(&self) -> Vec<Fact> {
        self.1.as_ref().map(|value| fact("attributes", format!("{}={value}", self.0))).into_iter().collect()
    }
}

/// Checks that a value is one of an attribute's type.
pub(crate) fn check(
    attribute_type: AttributeType,
    value: &AttributeValue,
    path: &str,
) -> Result<AttributeValue, FieldError> {
    let right = match attribute_type {
        AttributeType::String => "give a text",
        AttributeType::Number => "a number attribute: give a text such as \"-1.5\", without an exponent",
        AttributeType::Date => "a date attribute: give a day such as \"2026-11-21\"",
    };
    attribute_type.check(value.as_str()).map_err(|invalid| FieldError::new(path, invalid, right))
}

/// Gives an attribute a value at a place, or takes it away there; where it is defined, that is the definition's own. The value was
/// checked.
pub(crate) fn give(
    change: &mut Change<'_, '_>,
    scope: Scope,
    definition: &AttributeDefinition,
    value: Option<AttributeValue>,
) -> Result<(), Error> {
    if definition.scope == scope {
        let changed = AttributeDefinition { value, updated: change.now, ..definition.clone() };
        return Ok(attribute::update(change.tx, change.permit, &changed)?);
    }
    match value {
        Some(value) => {
            let set = SetValue { definition: definition.id, scope, value };
            attribute::set_value(change.tx, change.permit, &set)?;
        }
        None => drop(attribute::remove_value(change.tx, change.permit, definition.id, scope)?),
    }
    Ok(())
}
