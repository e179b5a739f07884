//! Which order a change is about, and what is locked for it.

use chancery_domain::{Action, Order, OrderId, Selector};
use chancery_store::{Aggregate, order};

use super::{OrderView, check, get};
use crate::{Change, Context, Error, System};

/// Reads what is to be changed, and checks that it is of the version that the caller expects (API-4).
pub(super) fn load(change: &mut Change<'_, '_>, which: &Selector<OrderId>) -> Result<Order, Error> {
    let before = get(change.tx, change.permit, which)?;
    let view = OrderView::of(change.tx, before.clone(), change.now)?;
    change.expect_version(&view)?;
    Ok(before)
}

/// Writes what it became, with its row in the journal.
pub(super) fn write(change: &mut Change<'_, '_>, before: &Order, after: Order) -> Result<Order, Error> {
    let after = Order { updated: change.now, ..after };
    order::update(change.tx, change.permit, &after).map_err(check::overtaken)?;
    change.record(after.id, Some(before), Some(&after))?;
    Ok(after)
}

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
