//! `order.delete`.

use chancery_domain::{Action, Deletion, Order, OrderId, Selector};

use super::target::{load, target, write};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Deletes an order: for 30 days it can be restored, then it is purged (ENT-10). To products all that it granted is as if it were
/// disabled, as a verdict, so that restoring restores each as it was. Deleting again changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<OrderId>) -> Result<(), Error> {
    let (aggregate, which) = target(system, context, Action::DeleteOrder, which).await?;
    system
        .change(context, Action::DeleteOrder, aggregate, move |change| {
            let before = load(change, &which)?;
            if before.deletion.is_none() {
                change.check_order_unhosted(before.id)?;
                change.seats_of_order_leave(before.id, Fate::RunsOut)?;
                let after = Order { deletion: Some(Deletion::new(change.now)), ..before.clone() };
                write(change, &before, after)?;
            }
            Ok(())
        })
        .await
}
