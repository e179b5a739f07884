//! Which order a change is about, and what is locked for it.

use chancery_domain::{Action, OrderId, Selector};
use chancery_store::{Aggregate, order};

use crate::{Context, Error, System};

/// Looks up an order that is named by its ref, because its id is needed to lock it. One that is unknown locks its vendor:
/// a call that is repeated under its idempotency key is still told what was done (SAFE-1).
pub(crate) async fn target(
    system: &System,
    context: &Context,
    action: Action,
    which: Selector<OrderId>,
) -> Result<(Aggregate, Selector<OrderId>), Error> {
    let vendor = context.permit(action)?.vendor();
    if let Selector::Id(id) = which {
        return Ok((Aggregate::Order(id), which));
    }
    let named = which.clone();
    let found = system.store().read(move |tx| Ok::<_, Error>(order::find(tx, vendor, &named)?)).await?;
    Ok(match found {
        Some(order) => (Aggregate::Order(order.id), order.id.into()),
        None => (Aggregate::Vendor(vendor), which),
    })
}
