//! `order.read`, of the activation codes alone.

use chancery_domain::{Action, ActivationCode, OrderId, Selector};
use chancery_store::{List, PageRequest, activation_code};

use crate::order::get;
use crate::{Context, Error, System};

/// A page of an order's activation codes, revoked ones among them; never the codes themselves.
///
/// # Errors
/// `NotFound` for an unknown order; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    page: PageRequest,
) -> Result<List<ActivationCode>, Error> {
    let permit = context.permit(Action::ReadOrder)?;
    system
        .store()
        .read(move |tx| {
            let order = get(tx, &permit, &which)?.id;
            // An order has few codes, so the page is cut out of all of them.
            Ok(page.cut_out(activation_code::of_order(tx, order)?, |code| code.id.to_string()))
        })
        .await
}
