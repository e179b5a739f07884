//! `feature.set-value`.

use chancery_domain::{Action, FeatureId, FeatureValue, Selector};
use chancery_store::{Aggregate, feature};

use super::FeatureView;
use super::find::covering;
use super::value::{ValueHere, check, give};
use crate::{Context, Error, Place, System, place};

/// Gives a feature a value at a product or an edition, in place of the one that it may have there. Where it is defined, that is
/// the definition's own value.
///
/// # Errors
/// `NotFound`; `Invalid` for a value of another type; the database's.
pub async fn set_value(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<FeatureId>,
    value: FeatureValue,
) -> Result<FeatureView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::SetFeatureValue, aggregate, move |change| {
            let (vendor, scope) = (change.permit.vendor(), place.scope(change.tx, change.permit)?);
            let definition = covering(change.tx, vendor, scope, &which)?;
            let view = FeatureView::of(change.tx, definition.clone(), scope)?;
            change.expect_version(&view)?;
            let value = check(definition.kind, value, "value").map_err(|error| Error::Invalid(vec![error]))?;
            let before = value_here(change.tx, &definition, scope)?;
            give(change, scope, &definition, value)?;
            let (key, subject) = (&definition.key, place::subject(scope));
            change.record(subject, Some(&ValueHere(key, before)), Some(&ValueHere(key, Some(value))))?;
            let definition = covering(change.tx, vendor, scope, &Selector::Id(definition.id))?;
            FeatureView::of(change.tx, definition, scope)
        })
        .await
}

/// The value that exactly this place gives.
pub(super) fn value_here(
    tx: &mut chancery_store::ReadTx<'_>,
    definition: &chancery_domain::FeatureDefinition,
    scope: chancery_domain::Scope,
) -> Result<Option<FeatureValue>, Error> {
    if definition.scope == scope {
        return Ok(Some(definition.value));
    }
    let set = feature::values_of(tx, definition.vendor, definition.id)?;
    Ok(set.into_iter().find(|set| set.scope == scope).map(|set| set.value))
}
