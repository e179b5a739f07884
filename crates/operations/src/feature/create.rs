//! `feature.create`.

use chancery_domain::{
    Action, FeatureDefinition, FeatureKind, FeatureType, FeatureValue, FieldError, Invalid, Key, Metadata, Name,
    Overdraft, UsageReset,
};
use chancery_store::{Aggregate, catalog_key, feature};

use super::check;
use crate::{Context, Error, Place, System, place};

/// A feature to be defined.
#[derive(Clone, Debug)]
pub struct NewFeature {
    /// Its key, unique within its product and not that of a global feature (CAT-2).
    pub key: Key,
    /// What people read; nothing: the key.
    pub name: Option<Name>,
    /// What it is.
    pub feature_type: FeatureType,
    /// The value where nothing nearer sets one.
    pub value: FeatureValue,
    /// How much more may be taken.
    pub overdraft: Overdraft,
    /// When the counter goes back to zero.
    pub usage_reset: UsageReset,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Defines a feature at a place: it holds there and at all that is below.
///
/// # Errors
/// `NotFound` for the place; `Invalid`; `AlreadyExists` for a key that is taken; the database's.
pub async fn create(
    system: &System,
    context: &Context,
    place: Place,
    input: NewFeature,
) -> Result<FeatureDefinition, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateFeature, aggregate, move |change| {
            let scope = place.scope(change.tx, change.permit)?;
            let (kind, value) = kind(input.feature_type, input.overdraft, input.usage_reset, input.value)?;
            let vendor = change.permit.vendor();
            if catalog_key::is_feature(change.tx, vendor, scope.product(), &input.key)? {
                return Err(Error::AlreadyExists { field: "key" });
            }
            let definition = FeatureDefinition {
                id: change.id(),
                vendor,
                scope,
                key: input.key.clone(),
                name: place::name_of(input.name.as_ref(), &input.key)?,
                kind,
                value,
                metadata: input.metadata.clone(),
                created: change.now,
                updated: change.now,
            };
            feature::insert(change.tx, change.permit, &definition)?;
            change.record(definition.id, None, Some(&definition))?;
            Ok(definition)
        })
        .await
}

/// Puts a feature's members together.
///
/// # Errors
/// `Invalid`, with everything that its type does not have.
pub(super) fn kind(
    feature_type: FeatureType,
    overdraft: Overdraft,
    reset: UsageReset,
    value: FeatureValue,
) -> Result<(FeatureKind, FeatureValue), Error> {
    let mut errors = Vec::new();
    if feature_type == FeatureType::Bool && overdraft != Overdraft::None {
        errors.push(FieldError::new("overdraft", Invalid::NotAllowed, "a bool feature has no overdraft: leave it out"));
    }
    if feature_type != FeatureType::UsageCount && reset != UsageReset::Never {
        let right = "only a usageCount feature has a counter to reset: leave it out";
        errors.push(FieldError::new("usageReset", Invalid::NotAllowed, right));
    }
    // Whatever is wrong with the rest: the value is judged by the type alone.
    let plain = match feature_type {
        FeatureType::Bool => FeatureKind::Bool,
        FeatureType::UsageCount => FeatureKind::UsageCount(Overdraft::None, UsageReset::Never),
        FeatureType::ElementPool => FeatureKind::ElementPool(Overdraft::None),
    };
    errors.extend(check(plain, value, "value").err());
    match FeatureKind::new(feature_type, overdraft, reset) {
        Ok(kind) if errors.is_empty() => Ok((kind, value)),
        _ => Err(Error::Invalid(errors)),
    }
}
