//! What an order refers to must be there.

use chancery_domain::{ContactId, Customer, FieldError, Invalid, Permit, Reference, Selector};
use chancery_store::{ConstraintKind, ReadTx, StoreError, order};

use crate::Error;
use crate::customer::reference_taken;

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
