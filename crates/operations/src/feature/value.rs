//! Values of features: of the right type, and put where they belong.

use chancery_domain::{
    Fact, Facts, FeatureDefinition, FeatureKind, FeatureValue, FieldError, Key, Scope, SetValue, fact,
};
use chancery_store::feature;

use crate::{Change, Error};

/// What the audit says of a feature's value at a place: `features: export-step=5`; nothing where the place gives none.
pub(super) struct ValueHere<'a>(pub(super) &'a Key, pub(super) Option<FeatureValue>);

impl Facts for ValueHere<'_> {
    fn facts(&self) -> Vec<Fact> {
        self.1.map(|value| fact("features", format!("{}={value}", self.0))).into_iter().collect()
    }
}

/// Checks that a value is one of a feature's type.
pub(crate) fn check(kind: FeatureKind, value: FeatureValue, path: &str) -> Result<FeatureValue, FieldError> {
    let right = match kind {
        FeatureKind::Bool => "a bool feature is on or off: give true or false",
        FeatureKind::UsageCount(..) => "a usageCount feature is an amount: give a whole number, or null for unlimited",
        FeatureKind::ElementPool(_) => {
            "an elementPool feature is an amount: give a whole number, or null for unlimited"
        }
    };
    kind.check(value).map_err(|invalid| FieldError::new(path, invalid, right))
}

/// Gives a feature a value at a place: where it is defined, that is the definition's own. The value was checked.
pub(crate) fn give(
    change: &mut Change<'_, '_>,
    scope: Scope,
    definition: &FeatureDefinition,
    value: FeatureValue,
) -> Result<(), Error> {
    if definition.scope == scope {
        let changed = FeatureDefinition { value, updated: change.now, ..definition.clone() };
        return Ok(feature::update(change.tx, change.permit, &changed)?);
    }
    Ok(feature::set_value(change.tx, change.permit, &SetValue { definition: definition.id, scope, value })?)
}
