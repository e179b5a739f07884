//! `customer.read`, of one.

use chancery_domain::{Action, Customer, CustomerId, Permit, Selector, check_not_deleted};
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

/// The customer, or that there is none, or that it is deleted and must not be changed (ENT-10).
pub(crate) fn get_present(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    which: &Selector<CustomerId>,
) -> Result<Customer, Error> {
    let customer = get(tx, permit, which)?;
    check_not_deleted(customer.deleted())?;
    Ok(customer)
}

/// The customer, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<CustomerId>) -> Result<Customer, Error> {
    customer::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
