//! `order.read`, of one.

use chancery_domain::{Action, Order, OrderId, Permit, Selector, check_not_deleted};
use chancery_store::{ReadTx, order};

use super::OrderView;
use crate::{Context, Error, System};

/// One order of the caller's vendor, with its entitlements and its codes (which are not shown).
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<OrderId>) -> Result<OrderView, Error> {
    let permit = context.permit(Action::ReadOrder)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let order = get(tx, &permit, &which)?;
            OrderView::of(tx, order, now)
        })
        .await
}

/// The order, or that there is none, or that it is deleted and must not be changed (ENT-10).
pub(crate) fn get_present(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<OrderId>) -> Result<Order, Error> {
    let order = get(tx, permit, which)?;
    check_not_deleted(order.deleted())?;
    Ok(order)
}

/// The order, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<OrderId>) -> Result<Order, Error> {
    order::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
