//! Which customer a change is about, and what is locked for it.

use chancery_domain::{Action, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use crate::{Context, Error, System};

/// Looks up a customer that is named by its ref, because its id is needed to lock it. One that is unknown locks its
/// vendor: a call that is repeated under its idempotency key is still told what was done (SAFE-1).
pub(crate) async fn target(
    system: &System,
    context: &Context,
    action: Action,
    which: Selector<CustomerId>,
) -> Result<(Aggregate, Selector<CustomerId>), Error> {
    let vendor = context.permit(action)?.vendor();
    if let Selector::Id(id) = which {
        return Ok((Aggregate::Customer(id), which));
    }
    let named = which.clone();
    let found = system.store().read(move |tx| Ok::<_, Error>(customer::find(tx, vendor, &named)?)).await?;
    Ok(match found {
        Some(customer) => (Aggregate::Customer(customer.id), customer.id.into()),
        None => (Aggregate::Vendor(vendor), which),
    })
}
