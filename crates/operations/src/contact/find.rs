//! `contact.read`, of one.

use chancery_domain::{Action, ContactId, CustomerId, Selector};
use chancery_store::customer;

use super::ContactView;
use crate::customer::get;
use crate::{Context, Error, System};

/// One contact of a customer.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    id: ContactId,
) -> Result<ContactView, Error> {
    let permit = context.permit(Action::ReadContact)?;
    system
        .store()
        .read(move |tx| {
            let customer = get(tx, &permit, &which)?.id;
            let found = customer::find_contact(tx, permit.vendor(), customer, id)?.ok_or(Error::NotFound)?;
            Ok(ContactView { customer, contact: found })
        })
        .await
}
