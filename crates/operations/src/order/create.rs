//! `order.create`: one purchase, out of which come entitlements and activation codes.

use chancery_domain::{Action, ContactId, Customer, CustomerId, FieldError, Metadata, Order, Reference, Selector};
use chancery_store::{Aggregate, order};

use super::{NewItem, OrderView, check, grant, item};
use crate::activation_code::{self, Codes};
use crate::{Change, Context, Error, System};

/// An order to be made. No `Debug`: it may have codes (API-7).
#[derive(Clone)]
pub struct NewOrder {
    /// Who buys.
    pub customer: Selector<CustomerId>,
    /// Its name in the vendor's other systems, unique within the vendor.
    pub reference: Option<Reference>,
    /// What is bought: each line becomes an entitlement.
    pub items: Vec<NewItem>,
    /// The activation codes.
    pub codes: Codes,
    /// The contacts who may act on it.
    pub contacts: Vec<ContactId>,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// Makes an order: grants each of its lines what the catalog says now (CAT-3). The codes are shown only in this reply.
///
/// # Errors
/// `Invalid` with all that is wrong; `AlreadyExists` for a ref that is taken; the database's.
pub async fn create(system: &System, context: &Context, input: NewOrder) -> Result<OrderView, Error> {
    // The catalog and the customers are locked with it: what is granted is what they say at one instant.
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system.change(context, Action::CreateOrder, aggregate, move |change| make(change, &input)).await
}

fn make(change: &mut Change<'_, '_>, input: &NewOrder) -> Result<OrderView, Error> {
    let mut errors = Vec::new();
    let customer = read_customer(change, input, &mut errors)?;
    let catalog = item::read(change.tx, change.permit, &input.items, &mut errors)?;
    let codes = activation_code::read(change, &input.codes, &mut errors)?;
    let (Some(customer), true) = (customer, errors.is_empty()) else { return Err(errors.into()) };
    check::reference(change.tx, change.permit, input.reference.as_ref())?;

    let order = insert(change, &customer, input)?;
    let lines = input.items.iter().map(|item| item.terms.clone()).zip(catalog).collect();
    let entitlements = grant(change, &order, &customer, lines)?;
    let codes = activation_code::insert(change, order.id, codes)?;
    Ok(OrderView { order, entitlements, codes, now: change.now })
}

fn read_customer(
    change: &mut Change<'_, '_>,
    input: &NewOrder,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Customer>, Error> {
    match check::customer(change.tx, change.permit, &input.customer)? {
        Ok(customer) => {
            errors.extend(check::contacts(&customer, &input.contacts));
            Ok(Some(customer))
        }
        Err(wrong) => {
            errors.push(wrong);
            Ok(None)
        }
    }
}

fn insert(change: &mut Change<'_, '_>, customer: &Customer, input: &NewOrder) -> Result<Order, Error> {
    let order = Order {
        id: change.id(),
        vendor: change.permit.vendor(),
        customer: customer.id,
        reference: input.reference.clone(),
        deletion: None,
        customer_deletion: None,
        contacts: check::in_order(&input.contacts),
        metadata: input.metadata.clone(),
        created: change.now,
        updated: change.now,
    };
    order::insert(change.tx, change.permit, &order).map_err(check::overtaken)?;
    change.record(order.id, None, Some(&order))?;
    Ok(order)
}
