//! `edition.delete`.

use chancery_domain::{Action, EditionId, ProductId, Selector};
use chancery_store::{Aggregate, edition};

use super::{EditionView, check_not_built_in, get};
use crate::{Context, Error, System};

/// Deletes an edition that nothing refers to, with its values and what it defines.
///
/// # Errors
/// `NotFound`; `Refused` with `BuiltIn`; `InUse` while offerings or entitlements have it; the database's.
pub async fn delete(
    system: &System,
    context: &Context,
    product: Selector<ProductId>,
    which: Selector<EditionId>,
) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteEdition, aggregate, move |change| {
            let edition = get(change.tx, change.permit, &product, &which)?;
            let before = EditionView::of(change.tx, edition.clone())?;
            change.expect_version(&before)?;
            check_not_built_in(&edition)?;
            let by = edition::references(change.tx, edition.vendor, edition.id)?;
            if !by.is_empty() {
                return Err(Error::InUse { by });
            }
            edition::delete(change.tx, change.permit, before.edition.id)?;
            change.record(before.edition.id, Some(&before), None)
        })
        .await
}
