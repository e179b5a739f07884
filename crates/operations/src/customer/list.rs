//! `customer.read`, of all.

use chancery_domain::{Action, Customer};
use chancery_store::customer::CustomerFilter;
use chancery_store::{List, PageRequest, customer};

use crate::{Context, Error, System};

/// A page of the caller's vendor's customers.
///
/// # Errors
/// The database's.
pub async fn list(
    system: &System,
    context: &Context,
    filter: CustomerFilter,
    page: PageRequest,
) -> Result<List<Customer>, Error> {
    let permit = context.permit(Action::ReadCustomer)?;
    system.store().read(move |tx| Ok(customer::list(tx, &permit, &filter, &page)?)).await
}
