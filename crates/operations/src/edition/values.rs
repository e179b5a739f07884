//! The values that an edition is given together with its other members: all are checked before any is set.

use std::collections::BTreeMap;

use chancery_domain::{
    AttributeDefinition, AttributeValue, FeatureDefinition, FeatureValue, FieldError, Invalid, Key, Scope,
};

use crate::{Change, Error, attribute, feature};

/// Values that were checked against the definitions that cover the edition.
pub(super) struct Values {
    features: Vec<(FeatureDefinition, FeatureValue)>,
    attributes: Vec<(AttributeDefinition, Option<AttributeValue>)>,
}

impl Values {
    /// Checks values for an edition at a place. A null attribute falls back to the next level's.
    ///
    /// # Errors
    /// `Invalid` with all that is wrong, each at `features.<key>` or `attributes.<key>`; the database's.
    pub(super) fn check(
        change: &mut Change<'_, '_>,
        scope: Scope,
        features: &BTreeMap<Key, FeatureValue>,
        attributes: &BTreeMap<Key, Option<AttributeValue>>,
    ) -> Result<Self, Error> {
        let mut checked = Self { features: Vec::new(), attributes: Vec::new() };
        let mut errors = Vec::new();
        for (key, &value) in features {
            match feature(change, scope, key, value)? {
                Ok(one) => checked.features.push(one),
                Err(error) => errors.push(error),
            }
        }
        for (key, value) in attributes {
            match attribute(change, scope, key, value.as_ref())? {
                Ok(one) => checked.attributes.push(one),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(checked) } else { Err(Error::Invalid(errors)) }
    }

    /// Sets them.
    pub(super) fn give(self, change: &mut Change<'_, '_>, scope: Scope) -> Result<(), Error> {
        for (definition, value) in self.features {
            feature::give(change, scope, &definition, value)?;
        }
        for (definition, value) in self.attributes {
            attribute::give(change, scope, &definition, value)?;
        }
        Ok(())
    }
}

fn feature(
    change: &mut Change<'_, '_>,
    scope: Scope,
    key: &Key,
    value: FeatureValue,
) -> Result<Result<(FeatureDefinition, FeatureValue), FieldError>, Error> {
    let path = format!("features.{key}");
    let found = chancery_store::feature::find_covering(change.tx, change.permit.vendor(), scope, key.as_str())?;
    Ok(found
        .ok_or_else(|| unknown(&path, "feature"))
        .and_then(|definition| feature::check(definition.kind, value, &path).map(|value| (definition, value))))
}

fn attribute(
    change: &mut Change<'_, '_>,
    scope: Scope,
    key: &Key,
    value: Option<&AttributeValue>,
) -> Result<Result<(AttributeDefinition, Option<AttributeValue>), FieldError>, Error> {
    let path = format!("attributes.{key}");
    let found = chancery_store::attribute::find_covering(change.tx, change.permit.vendor(), scope, key.as_str())?;
    Ok(found.ok_or_else(|| unknown(&path, "attribute")).and_then(|definition| {
        let value = value.map(|value| attribute::check(definition.attribute_type, value, &path)).transpose()?;
        Ok((definition, value))
    }))
}

fn unknown(path: &str, what: &str) -> FieldError {
    let right = format!("no {what} of this key covers the edition: define it first, globally or on the product");
    FieldError::new(path, Invalid::Unknown, right)
}
