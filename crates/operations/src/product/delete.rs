//! `product.delete`.

use chancery_domain::{Action, ProductId, Selector};
use chancery_store::{Aggregate, product};

use super::{check_not_built_in, get};
use crate::{Context, Error, System};

/// Deletes a product that nothing refers to; its own features and attributes go with it. Its licensees do not: what is on record of
/// them must be found when their customers are purged (ENT-10).
///
/// # Errors
/// `NotFound`; `Refused` with `BuiltIn`; `InUse` while it has editions, entitlements or licensees; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<ProductId>) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteProduct, aggregate, move |change| {
            let product = get(change.tx, change.permit, &which)?;
            change.expect_version(&product)?;
            check_not_built_in(product.vendor, product.id)?;
            let by = product::references(change.tx, product.vendor, product.id)?;
            if !by.is_empty() {
                return Err(Error::InUse { by });
            }
            product::delete(change.tx, change.permit, product.id)?;
            change.record(product.id, Some(&product), None)
        })
        .await
}
