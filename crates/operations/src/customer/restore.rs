//! `customer.restore`.

use chancery_domain::{Action, Customer, CustomerId, Selector, restored};
use chancery_store::Aggregate;

use super::{load, write};
use crate::{Context, Error, System};

/// Takes a deletion back (ENT-10): each of the customer's orders is what it was. Restoring what is not deleted changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` once it is being purged; the database's.
pub async fn restore(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::RestoreCustomer, aggregate, move |change| {
            let before = load(change, &which)?;
            let after = Customer { deletion: restored(before.deletion, change.now)?, ..before.clone() };
            write(change, &before, after)
        })
        .await
}
