//! `order.read`, of many.

use chancery_domain::{Action, CustomerId, Invalid, Selector};
use chancery_store::{List, PageRequest, customer, order};

use super::OrderView;
use crate::{Context, Error, System};

/// A page of the caller's vendor's orders, of one customer if it is named.
///
/// # Errors
/// `Invalid` for an unknown customer; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    of: Option<Selector<CustomerId>>,
    page: PageRequest,
) -> Result<List<OrderView>, Error> {
    let permit = context.permit(Action::ReadOrder)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let customer = match &of {
                None => None,
                Some(which) => {
                    let unknown = || Error::invalid("customerId", Invalid::Unknown, "there is no such customer");
                    Some(customer::find(tx, permit.vendor(), which)?.ok_or_else(unknown)?.id)
                }
            };
            let List { items, next } = order::list(tx, &permit, customer, &page)?;
            let items = items.into_iter().map(|order| OrderView::of(tx, order, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}
