//! `order.restore`.

use chancery_domain::{Action, Order, OrderId, Selector, restored};

use super::OrderView;
use super::target::{load, target, write};
use crate::{Context, Error, System};

/// Takes a deletion back (ENT-10): all that the order granted is what it was. What was deleted by itself, or with the customer, stays
/// so until that is restored. Restoring what is not deleted changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` once it is being purged; the database's.
pub async fn restore(system: &System, context: &Context, which: Selector<OrderId>) -> Result<OrderView, Error> {
    let (aggregate, which) = target(system, context, Action::RestoreOrder, which).await?;
    system
        .change(context, Action::RestoreOrder, aggregate, move |change| {
            let before = load(change, &which)?;
            let after = Order { deletion: restored(before.deletion, change.now)?, ..before.clone() };
            let after = write(change, &before, after)?;
            OrderView::of(change.tx, after, change.now)
        })
        .await
}
