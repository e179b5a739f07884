//! A contact as it is shown, and whose it is.

use chancery_domain::{Contact, ContactId, CustomerId};
use chancery_store::customer;

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// A contact, and whose it is.
#[derive(Clone, Debug)]
pub struct ContactView {
    /// The customer.
    pub customer: CustomerId,
    /// The contact.
    pub contact: Contact,
}

impl Remembered for ContactView {
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
