//! `order.read`, of many.

use chancery_domain::{Action, CustomerId, Invalid, Reference, Selector};
use chancery_store::order::OrderFilter;
use chancery_store::{List, PageRequest, customer, order};

use super::OrderView;
use crate::{Context, Error, System};

/// Which orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct OrderSelector {
    /// Only this customer's.
    pub customer: Option<Selector<CustomerId>>,
    /// Only the one of this ref.
    pub reference: Option<Reference>,
    /// Those that are deleted; else those that are not (ENT-10).
    pub deleted: bool,
}

/// A page of the caller's vendor's orders.
///
/// # Errors
/// `Invalid` for an unknown customer; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    wanted: OrderSelector,
    page: PageRequest,
) -> Result<List<OrderView>, Error> {
    let permit = context.permit(Action::ReadOrder)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let customer = match &wanted.customer {
                None => None,
                Some(which) => {
                    let unknown = || Error::invalid("customerId", Invalid::Unknown, "there is no such customer");
                    Some(customer::find(tx, permit.vendor(), which)?.ok_or_else(unknown)?.id)
                }
            };
            let filter = OrderFilter { customer, reference: wanted.reference.clone(), deleted: wanted.deleted };
            let List { items, next } = order::list(tx, &permit, &filter, &page)?;
            let items = items.into_iter().map(|order| OrderView::of(tx, order, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}
