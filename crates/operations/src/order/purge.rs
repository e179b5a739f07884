//! `order.purge`.

use chancery_domain::{Action, Order, OrderId, Selector};
use chancery_store::Aggregate;

use super::target::{load, target, write};
use crate::erasing::{Eraser, Purge};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Erases an order at once, deleted or not, with its entitlements, its codes and all that hangs on them (ENT-10). Nothing undoes it.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's: if it fails on the way, the hourly job goes on.
pub async fn purge(system: &System, context: &Context, which: Selector<OrderId>) -> Result<(), Error> {
    purge_when(system, context, which, Purge::AtOnce).await
}

pub(crate) async fn purge_when(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    when: Purge,
) -> Result<(), Error> {
    let (aggregate, which) = target(system, context, Action::PurgeOrder, which).await?;
    system
        .change(context, Action::PurgeOrder, aggregate, move |change| {
            let before = load(change, &which)?;
            let after = Order { deletion: Some(when.begin(before.deletion, change.now)?), ..before.clone() };
            change.check_order_unhosted(before.id)?;
            change.seats_of_order_leave(before.id, Fate::Freed)?;
            write(change, &before, after)?;
            Ok(())
        })
        .await?;
    // Nothing is left where this call is a repetition of one that was done.
    let Aggregate::Order(order) = aggregate else { return Ok(()) };
    Eraser::new(system, context, context.permit(Action::PurgeOrder)?).await?.order(system, order).await
}
