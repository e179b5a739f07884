//! `contact.delete`.

use chancery_domain::{Action, ContactId, CustomerId, Selector};
use chancery_store::{Aggregate, api_key, customer};

use crate::customer::get_present;
use crate::{Context, Error, System};

/// Removes a contact of a customer, also from the orders that name it, and with the API keys that it has.
///
/// # Errors
/// `NotFound`; `Refused` while the customer is deleted; the database's.
pub async fn delete(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    id: ContactId,
) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteContact, aggregate, move |change| {
            let customer = get_present(change.tx, change.permit, &which)?;
            let contact = customer.contacts.iter().find(|contact| contact.id == id).ok_or(Error::NotFound)?;
            change.expect_version(contact)?;
            for key in api_key::of_contact(change.tx, change.permit, id)? {
                api_key::delete(change.tx, change.permit, key.id)?;
                change.record(key.id, Some(&key), None)?;
            }
            customer::delete_contact(change.tx, change.permit, customer.id, id)?;
            change.record(customer.id, Some(contact), None)
        })
        .await
}
