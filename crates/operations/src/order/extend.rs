//! `order.extend`: more offerings on the same order.

use chancery_domain::{Action, OrderId, Selector};
use chancery_store::{Aggregate, customer, order};

use super::target::{load, target, write};
use super::{NewItem, OrderView, grant, item};
use crate::{Change, Context, Error, System};

/// What is added to an order.
#[derive(Clone, Debug)]
pub struct OrderExtension {
    /// What is bought: each line becomes an entitlement.
    pub items: Vec<NewItem>,
}

/// Grants an order more lines, by what the catalog says now (CAT-3). The order's activation codes then work for them too.
///
/// # Errors
/// `NotFound`; `Refused` while the order is deleted; `Invalid` with all that is wrong; the database's.
pub async fn extend(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    input: OrderExtension,
) -> Result<OrderView, Error> {
    let (aggregate, which) = target(system, context, Action::ExtendOrder, which).await?;
    // The catalog, as when an order is made; and the order, whose claims choose among its entitlements.
    let both = vec![Aggregate::Vendor(context.actor().vendor()), aggregate];
    system.change(context, Action::ExtendOrder, both, move |change| make(change, &which, &input)).await
}

fn make(change: &mut Change<'_, '_>, which: &Selector<OrderId>, input: &OrderExtension) -> Result<OrderView, Error> {
    let before = load(change, which)?;
    chancery_domain::check_not_deleted(before.deleted())?;
    let mut errors = Vec::new();
    let catalog = item::read(change.tx, change.permit, &input.items, &mut errors)?;
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let customer =
        customer::find(change.tx, change.permit.vendor(), &before.customer.into())?.ok_or(Error::NotFound)?;
    let after = write(change, &before, before.clone())?;
    grant(change, &after, &customer, input.items.iter().map(|item| item.terms.clone()).zip(catalog).collect())?;
    let order = order::find(change.tx, change.permit.vendor(), which)?.ok_or(Error::NotFound)?;
    OrderView::of(change.tx, order, change.now)
}
