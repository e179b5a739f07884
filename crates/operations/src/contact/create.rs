//! `contact.create`.

use chancery_domain::{Action, Contact, ContactId, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use crate::customer::{NewContact, get, same_address};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// A contact, and whose it is.
#[derive(Clone, Debug)]
pub struct CreatedContact {
    /// The customer.
    pub customer: CustomerId,
    /// The contact.
    pub contact: Contact,
}

/// Adds a contact to a customer.
///
/// # Errors
/// `NotFound`; `AlreadyExists` if the customer has a contact of this address; the database's.
pub async fn create(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    input: NewContact,
) -> Result<CreatedContact, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateContact, aggregate, move |change| {
            let customer = get(change.tx, change.permit, &which)?;
            if customer.contacts.iter().any(|other| same_address(&other.email, &input.email)) {
                return Err(Error::AlreadyExists { field: "email" });
            }
            let contact = Contact { id: change.id(), name: input.name.clone(), email: input.email.clone() };
            customer::insert_contact(change.tx, change.permit, customer.id, &contact)?;
            change.record(customer.id, None, Some(&contact))?;
            Ok(CreatedContact { customer: customer.id, contact })
        })
        .await
}

impl Remembered for CreatedContact {
    fn facts(&self) -> String {
        format!("{} {}", self.customer, self.contact.id)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (customer, contact) = facts.split_once(' ').unwrap_or_default();
        let (customer, contact): (CustomerId, ContactId) = (fact(customer)?, fact(contact)?);
        let found = customer::find_contact(change.tx, change.permit.vendor(), customer, contact)?;
        Ok(Self { customer, contact: found.ok_or(Error::NotFound)? })
    }
}
