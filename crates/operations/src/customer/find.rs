//! `customer.read`, of one.

use chancery_domain::{Action, Customer, CustomerId, Permit, Selector};
use chancery_store::{ReadTx, customer};

use crate::{Context, Error, System};

/// One customer of the caller's vendor, with its contacts.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<Customer, Error> {
    let permit = context.permit(Action::ReadCustomer)?;
    system.store().read(move |tx| get(tx, &permit, &which)).await
}

/// The customer, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<CustomerId>) -> Result<Customer, Error> {
    customer::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
