//! `feature.read`, of all that are defined at a place.

use chancery_domain::{Action, FeatureDefinition};
use chancery_store::{List, PageRequest, feature};

use crate::{Context, Error, Place, System};

/// A page of the features that are defined exactly at a place.
///
/// # Errors
/// `NotFound` for the place; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    place: Place,
    page: PageRequest,
) -> Result<List<FeatureDefinition>, Error> {
    let permit = context.permit(Action::ReadFeature)?;
    system
        .store()
        .read(move |tx| {
            let scope = place.scope(tx, &permit)?;
            Ok(feature::list(tx, &permit, scope, &page)?)
        })
        .await
}
