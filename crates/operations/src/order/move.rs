//! `order.move`: to another customer of the vendor.

use std::collections::BTreeSet;

use chancery_domain::{
    Action, ContactId, Customer, CustomerId, LocalServer, Order, OrderId, ProductId, Selector, check_not_deleted,
};
use chancery_store::{Aggregate, customer, entitlement, local_servers};

use super::target::{load, target, write};
use super::{OrderView, check};
use crate::leaving::Fate;
use crate::licensee::ensure;
use crate::local_server::check_hosts_nothing;
use crate::{Change, Context, Error, System};

/// Where an order goes.
#[derive(Clone, Debug)]
pub struct OrderMove {
    /// Whose it becomes.
    pub customer: Selector<CustomerId>,
    /// The contacts there who may act on it. Those of the customer that it leaves do not stay.
    pub contacts: Option<Vec<ContactId>>,
}

/// Gives an order to another customer, with all that it granted. Activations go on; leases name the new customer from their next
/// refresh on.
///
/// # Errors
/// `NotFound`; `Refused` while the order is deleted, and while local servers host some of it or are licensed by it and host something; `Invalid` for a customer or contacts that are not there; `Rehearsed`; the
/// database's.
pub async fn move_to(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    input: OrderMove,
) -> Result<OrderView, Error> {
    let (aggregate, which) = target(system, context, Action::MoveOrder, which).await?;
    // Customers come and go with the vendor locked, so that nothing is moved to one that is just being purged.
    let both = vec![Aggregate::Vendor(context.actor().vendor()), aggregate];
    system.change(context, Action::MoveOrder, both, move |change| make(change, &which, &input)).await
}

fn make(change: &mut Change<'_, '_>, which: &Selector<OrderId>, input: &OrderMove) -> Result<OrderView, Error> {
    let before = load(change, which)?;
    check_not_deleted(before.deleted())?;
    let customer = check::customer(change.tx, change.permit, &input.customer)?.map_err(|wrong| vec![wrong])?;
    let contacts = match &input.contacts {
        None if customer.id == before.customer => before.contacts.clone(),
        None => Vec::new(),
        Some(contacts) => contacts.clone(),
    };
    let errors = check::contacts(&customer, &contacts);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let moved = Order { customer: customer.id, contacts: check::in_order(&contacts), ..before.clone() };
    let after = write(change, &before, moved)?;
    follow(change, &before, &customer)?;
    OrderView::of(change.tx, after, change.now)
}

/// What follows an order to its new customer: that customer's standing with its products, and the verdict if it is disabled. The
/// entitlements' own customer follows by the schema.
fn follow(change: &mut Change<'_, '_>, before: &Order, customer: &Customer) -> Result<(), Error> {
    if customer.id == before.customer {
        return Ok(());
    }
    change.check_order_unhosted(before.id)?;
    let granted = entitlement::of_order(change.tx, before.id, None)?;
    for product in granted.iter().map(|granted| granted.product).collect::<BTreeSet<ProductId>>() {
        ensure(change, customer.id, product)?;
    }
    servers_follow(change, before.id, customer.id)?;
    let old = customer::find(change.tx, before.vendor, &before.customer.into())?;
    if customer.disabled.is_some() && old.is_some_and(|old| old.disabled.is_none()) {
        change.seats_of_order_leave(before.id, Fate::RunsOut)?;
    }
    Ok(())
}

/// The local servers that the order licenses are the new customer's, unless they host what is the old one's.
fn servers_follow(change: &mut Change<'_, '_>, order: OrderId, customer: CustomerId) -> Result<(), Error> {
    for before in local_servers::of_order(change.tx, order)? {
        check_hosts_nothing(change, &before)?;
        let after = LocalServer { customer, updated: change.now, ..before.clone() };
        local_servers::update(change.tx, change.permit, &after)?;
        change.record(after.id, Some(&before), Some(&after))?;
    }
    Ok(())
}
