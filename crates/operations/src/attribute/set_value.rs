//! `attribute.set-value`.

use chancery_domain::{Action, AttributeId, AttributeValue, Selector};
use chancery_store::{Aggregate, attribute};

use super::AttributeView;
use super::find::covering;
use super::value::{ValueHere, check, give};
use crate::{Context, Error, Place, System, place};

/// Gives an attribute a value at a product or an edition, in place of the one that it may have there. Where it is defined, that is
/// the definition's own value.
///
/// # Errors
/// `NotFound`; `Invalid` for a value of another type; the database's.
pub async fn set_value(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<AttributeId>,
    value: AttributeValue,
) -> Result<AttributeView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::SetAttributeValue, aggregate, move |change| {
            let (vendor, scope) = (change.permit.vendor(), place.scope(change.tx, change.permit)?);
            let definition = covering(change.tx, vendor, scope, &which)?;
            let view = AttributeView::of(change.tx, definition.clone(), scope)?;
            change.expect_version(&view)?;
            let value =
                check(definition.attribute_type, &value, "value").map_err(|error| Error::Invalid(vec![error]))?;
            let before = value_here(change.tx, &definition, scope)?;
            give(change, scope, &definition, Some(value.clone()))?;
            let (key, subject) = (&definition.key, place::subject(scope));
            change.record(subject, Some(&ValueHere(key, before)), Some(&ValueHere(key, Some(value))))?;
            let definition = covering(change.tx, vendor, scope, &Selector::Id(definition.id))?;
            AttributeView::of(change.tx, definition, scope)
        })
        .await
}

/// The value that exactly this place gives.
pub(super) fn value_here(
    tx: &mut chancery_store::ReadTx<'_>,
    definition: &chancery_domain::AttributeDefinition,
    scope: chancery_domain::Scope,
) -> Result<Option<AttributeValue>, Error> {
    if definition.scope == scope {
        return Ok(definition.value.clone());
    }
    let set = attribute::values_of(tx, definition.vendor, definition.id)?;
    Ok(set.into_iter().find(|set| set.scope == scope).map(|set| set.value))
}
