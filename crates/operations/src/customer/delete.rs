//! `customer.delete`.

use chancery_domain::{Action, Customer, CustomerId, Deletion, Selector};
use chancery_store::Aggregate;

use super::{load, write};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Deletes a customer: for 30 days it can be restored, then it is purged (ENT-10). Its orders are deleted with it, as a verdict, so
/// that restoring restores each as it was. Deleting again changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteCustomer, aggregate, move |change| {
            let before = load(change, &which)?;
            if before.deletion.is_none() {
                change.check_customer_unhosted(before.id)?;
                change.seats_of_customer_leave(before.id, Fate::RunsOut)?;
                let after = Customer { deletion: Some(Deletion::new(change.now)), ..before.clone() };
                write(change, &before, after)?;
            }
            Ok(())
        })
        .await
}
