//! `order.read`, of one.

use chancery_domain::{Action, Order, OrderId, Permit, Selector};
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

/// The order, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<OrderId>) -> Result<Order, Error> {
    order::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
