//! What an order refers to must be there.

use chancery_domain::{ContactId, Customer, CustomerId, FieldError, Invalid, Permit, Reference, Selector};
use chancery_store::{ConstraintKind, ReadTx, StoreError, customer, order};

use crate::Error;
use crate::customer::reference_taken;

/// The customer of an order that is made or moved: one that is there, and not deleted (ENT-10).
pub(super) fn customer(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    which: &Selector<CustomerId>,
) -> Result<Result<Customer, FieldError>, Error> {
    let wrong = |detail: &str| Ok(Err(FieldError::new("customerId", Invalid::Unknown, detail)));
    match customer::find(tx, permit.vendor(), which)? {
        None => wrong("there is no such customer"),
        Some(customer) if customer.deleted().is_some() => wrong("the customer is deleted: restore it first"),
        Some(customer) => Ok(Ok(customer)),
    }
}

/// What is wrong with the contacts of an order: each is named once, and the customer's.
pub(super) fn contacts(customer: &Customer, contacts: &[ContactId]) -> Vec<FieldError> {
    let wrong = |(i, id): (usize, &ContactId)| {
        let (invalid, detail) = if !customer.contacts.iter().any(|contact| contact.id == *id) {
            (Invalid::Unknown, "the customer has no such contact")
        } else if contacts.iter().take(i).any(|other| other == id) {
            (Invalid::Duplicate, "give each contact once")
        } else {
            return None;
        };
        Some(FieldError::new(format!("contacts[{i}]"), invalid, detail))
    };
    contacts.iter().enumerate().filter_map(wrong).collect()
}

/// The contacts in the order in which they are listed.
pub(super) fn in_order(contacts: &[ContactId]) -> Vec<ContactId> {
    let mut contacts = contacts.to_vec();
    contacts.sort_unstable();
    contacts
}

/// Checks that no order has this ref.
pub(super) fn reference(tx: &mut ReadTx<'_>, permit: &Permit, reference: Option<&Reference>) -> Result<(), Error> {
    let Some(reference) = reference else { return Ok(()) };
    match order::find(tx, permit.vendor(), &Selector::Name(reference.to_string()))? {
        Some(_) => Err(Error::AlreadyExists { field: "ref" }),
        None => Ok(()),
    }
}

/// What the schema refuses of an order because of a change a moment ago: its ref was taken, or a contact was removed.
pub(super) fn overtaken(error: StoreError) -> Error {
    match error {
        StoreError::Constraint { kind: ConstraintKind::ForeignKey, .. } => {
            Error::invalid("contacts", Invalid::Unknown, "the customer has no such contact any more")
        }
        other => reference_taken(other),
    }
}
