//! `product.read`, of one.

use chancery_domain::{Action, Permit, Product, ProductId, Selector};
use chancery_store::{ReadTx, product};

use crate::{Context, Error, System};

/// One product of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<ProductId>) -> Result<Product, Error> {
    let permit = context.permit(Action::ReadProduct)?;
    system.store().read(move |tx| get(tx, &permit, &which)).await
}

/// The product, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<ProductId>) -> Result<Product, Error> {
    product::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
