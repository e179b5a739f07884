//! `contact.create`.

use chancery_domain::{Action, Contact, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use super::ContactView;
use crate::customer::{NewContact, get_present, same_address};
use crate::{Context, Error, System};

/// Adds a contact to a customer.
///
/// # Errors
/// `NotFound`; `Refused` while the customer is deleted; `AlreadyExists` if the customer has a contact of this address; the
/// database's.
pub async fn create(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    input: NewContact,
) -> Result<ContactView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateContact, aggregate, move |change| {
            let customer = get_present(change.tx, change.permit, &which)?;
            change.expect_version(&customer)?;
            if customer.contacts.iter().any(|other| same_address(&other.email, &input.email)) {
                return Err(Error::AlreadyExists { field: "email" });
            }
            let contact = Contact { id: change.id(), name: input.name.clone(), email: input.email.clone() };
            customer::insert_contact(change.tx, change.permit, customer.id, &contact)?;
            change.record(customer.id, None, Some(&contact))?;
            Ok(ContactView { customer: customer.id, contact })
        })
        .await
}
