//! `order.update`.

use chancery_domain::{Action, ContactId, Metadata, Order, OrderId, Reference, Selector};
use chancery_store::order;

use super::{OrderView, check, get_present, target};
use crate::{Change, Context, Error, System, customer};

/// New values for some members of an order. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the order's members")]
pub struct OrderEdit {
    pub reference: Option<Option<Reference>>,
    pub contacts: Option<Vec<ContactId>>,
    pub metadata: Option<Metadata>,
}

/// Changes an order's ref, contacts or metadata. What it granted has operations of its own.
///
/// # Errors
/// `NotFound`; `Refused` while the order is deleted; `Invalid` for contacts that are not the customer's; `AlreadyExists` for a ref
/// that is taken; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    edit: OrderEdit,
) -> Result<OrderView, Error> {
    let (aggregate, which) = target(system, context, Action::UpdateOrder, which).await?;
    system
        .change(context, Action::UpdateOrder, aggregate, move |change| {
            let before = get_present(change.tx, change.permit, &which)?;
            let view = OrderView::of(change.tx, before.clone(), change.now)?;
            change.expect_version(&view)?;
            let after = edited(change, &before, &edit)?;
            order::update(change.tx, change.permit, &after).map_err(check::overtaken)?;
            change.record(after.id, Some(&before), Some(&after))?;
            OrderView::of(change.tx, after, change.now)
        })
        .await
}

fn edited(change: &mut Change<'_, '_>, before: &Order, edit: &OrderEdit) -> Result<Order, Error> {
    let mut after = Order { updated: change.now, ..before.clone() };
    if let Some(reference) = &edit.reference {
        after.reference.clone_from(reference);
    }
    if let Some(metadata) = &edit.metadata {
        after.metadata = metadata.clone();
    }
    if let Some(contacts) = &edit.contacts {
        let customer = customer::get(change.tx, change.permit, &before.customer.into())?;
        let errors = check::contacts(&customer, contacts);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        after.contacts = check::in_order(contacts);
    }
    if after.reference != before.reference {
        check::reference(change.tx, change.permit, after.reference.as_ref())?;
    }
    Ok(after)
}
