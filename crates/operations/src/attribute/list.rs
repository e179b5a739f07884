//! `attribute.read`, of all that are defined at a place.

use chancery_domain::{Action, AttributeDefinition};
use chancery_store::{List, PageRequest, attribute};

use crate::{Context, Error, Place, System};

/// A page of the attributes that are defined exactly at a place.
///
/// # Errors
/// `NotFound` for the place; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    place: Place,
    page: PageRequest,
) -> Result<List<AttributeDefinition>, Error> {
    let permit = context.permit(Action::ReadAttribute)?;
    system
        .store()
        .read(move |tx| {
            let scope = place.scope(tx, &permit)?;
            Ok(attribute::list(tx, &permit, scope, &page)?)
        })
        .await
}
