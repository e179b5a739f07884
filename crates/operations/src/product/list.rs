//! `product.read`, of all.

use chancery_domain::{Action, Product};
use chancery_store::{List, PageRequest, product};

use crate::{Context, Error, System};

/// A page of the caller's vendor's products.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<Product>, Error> {
    let permit = context.permit(Action::ReadProduct)?;
    system.store().read(move |tx| Ok(product::list(tx, &permit, &page)?)).await
}
