//! `feature.remove-value`.

use chancery_domain::{Action, FeatureId, Selector};
use chancery_store::{Aggregate, feature};

use super::FeatureView;
use super::find::covering;
use super::set_value::value_here;
use super::value::ValueHere;
use crate::{Context, Error, Place, System, place};

/// Removes the value that a product or an edition gives a feature that is defined farther away: the next level's holds (CAT-1).
///
/// # Errors
/// `NotFound`, also where the place gives no value; the database's.
pub async fn remove_value(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<FeatureId>,
) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::RemoveFeatureValue, aggregate, move |change| {
            let scope = place.scope(change.tx, change.permit)?;
            let definition = covering(change.tx, change.permit.vendor(), scope, &which)?;
            let view = FeatureView::of(change.tx, definition.clone(), scope)?;
            change.expect_version(&view)?;
            let before = value_here(change.tx, &definition, scope)?;
            if !feature::remove_value(change.tx, change.permit, definition.id, scope)? {
                return Err(Error::NotFound);
            }
            let key = &definition.key;
            change.record(place::subject(scope), Some(&ValueHere(key, before)), Some(&ValueHere(key, None)))
        })
        .await
}
