//! `customer.purge`.

use chancery_domain::{Action, Customer, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use super::{load, write};
use crate::erasing::{Eraser, Purge};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Erases a customer at once, deleted or not, with its contacts, its orders and all that hangs on them (ENT-10). Nothing undoes it.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's: if it fails on the way, the hourly job goes on.
pub async fn purge(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<(), Error> {
    purge_when(system, context, which, Purge::AtOnce).await
}

pub(crate) async fn purge_when(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    when: Purge,
) -> Result<(), Error> {
    let permit = context.permit(Action::PurgeCustomer)?;
    let vendor = permit.vendor();
    let named = which.clone();
    let found = system.store().read(move |tx| Ok::<_, Error>(customer::find(tx, vendor, &named)?)).await?;
    system
        .change(context, Action::PurgeCustomer, Aggregate::Vendor(vendor), move |change| {
            let before = load(change, &which)?;
            let after = Customer { deletion: Some(when.begin(before.deletion, change.now)?), ..before.clone() };
            change.check_customer_unhosted(before.id)?;
            change.seats_of_customer_leave(before.id, Fate::Freed)?;
            write(change, &before, after)?;
            Ok(())
        })
        .await?;
    // Nothing is left where this call is a repetition of one that was done.
    let Some(Customer { id, .. }) = found else { return Ok(()) };
    Eraser::new(system, context, permit).await?.customer(system, id).await
}
