//! Taking a feature away from a place: its definition, if that stands there, else the value that the place gives.

use chancery_domain::{Action, FeatureId, Selector};
use chancery_store::feature;

use super::{delete, remove_value};
use crate::{Context, Error, Place, System};

/// Deletes the definition that stands at the place; else removes the place's value, so that the next level's holds (CAT-1).
///
/// # Errors
/// `NotFound`, also where the place neither defines the feature nor gives it a value; the database's.
pub async fn remove(system: &System, context: &Context, place: Place, which: Selector<FeatureId>) -> Result<(), Error> {
    let permit = context.permit(Action::DeleteFeature)?;
    let (asked, wanted) = (place.clone(), which.clone());
    let defined = system
        .store()
        .read(move |tx| {
            let scope = asked.scope(tx, &permit)?;
            Ok::<_, Error>(feature::find(tx, permit.vendor(), scope, &wanted)?.is_some())
        })
        .await?;
    // Of a definition that is made or deleted meanwhile the one that is called finds nothing to do.
    if defined {
        delete(system, context, place, which).await
    } else {
        remove_value(system, context, place, which).await
    }
}
