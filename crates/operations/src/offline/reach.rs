//! Which orders a caller reaches with carried tokens: a vendor's system all, a contact those that name it.

use chancery_domain::{ActivationId, Actor, OrderId, ProductId, SeatId, VendorId};
use chancery_store::{ReadTx, activation, order};

use crate::{Change, Context, Error, System};

/// Checks that the caller reaches an order.
///
/// # Errors
/// `NotFound`, as if there were no such order (API-2); the database's.
pub(super) fn check_reach(tx: &mut ReadTx<'_>, actor: &Actor, id: OrderId) -> Result<(), Error> {
    let Actor::Contact { id: contact, vendor } = actor else { return Ok(()) };
    let named = order::find(tx, *vendor, &id.into())?.is_some_and(|order| order.contacts.contains(contact));
    if named { Ok(()) } else { Err(Error::NotFound) }
}

/// Those of the orders of a claim that the caller reaches.
///
/// # Errors
/// `NotFound` for a contact that none of them names, or where the seat id has its seat in one that does not: it would get a second
/// one (SEAT-2); the database's.
pub(super) fn within_reach(
    change: &mut Change<'_, '_>,
    actor: &Actor,
    orders: &[OrderId],
    (product, seat_id): (ProductId, &SeatId),
) -> Result<Vec<OrderId>, Error> {
    let mut reached = Vec::with_capacity(orders.len());
    for order in orders {
        match check_reach(change.tx, actor, *order) {
            Ok(()) => reached.push(*order),
            Err(Error::NotFound) => {
                let held = activation::of_seat(change.tx, *order, product, seat_id)?;
                if held.iter().any(|seat| seat.is_in_use(change.now)) {
                    return Err(Error::NotFound);
                }
            }
            Err(error) => return Err(error),
        }
    }
    let nothing = reached.is_empty() && matches!(actor, Actor::Contact { .. });
    if nothing { Err(Error::NotFound) } else { Ok(reached) }
}

/// The order of an activation that the caller reaches: what is locked to change it.
///
/// # Errors
/// `NotFound`; the database's.
pub(super) async fn order_of(
    system: &System,
    context: &Context,
    vendor: VendorId,
    id: ActivationId,
) -> Result<OrderId, Error> {
    let actor = context.actor().clone();
    system
        .store()
        .read(move |tx| {
            let found = activation::find(tx, vendor, id)?.ok_or(Error::NotFound)?;
            check_reach(tx, &actor, found.order)?;
            Ok(found.order)
        })
        .await
}
