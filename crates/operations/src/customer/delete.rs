//! `customer.delete`.

use chancery_domain::{Action, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use super::get;
use crate::{Context, Error, System};

/// Deletes a customer that has ordered nothing, with its contacts.
///
/// # Errors
/// `NotFound`; `InUse` while it has orders; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteCustomer, aggregate, move |change| {
            let customer = get(change.tx, change.permit, &which)?;
            let by = customer::references(change.tx, customer.vendor, customer.id)?;
            if !by.is_empty() {
                return Err(Error::InUse { by });
            }
            customer::delete(change.tx, change.permit, customer.id)?;
            change.record(customer.id, Some(&customer), None)
        })
        .await
}
