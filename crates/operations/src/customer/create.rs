//! `customer.create`.

use chancery_domain::{Action, Contact, Customer, Email, FieldError, Invalid, Metadata, Name, Reference};
use chancery_store::{Aggregate, customer};

use super::{check_reference, reference_taken};
use crate::{Change, Context, Error, System};

/// A customer to be made.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// What people read.
    pub name: Name,
    /// Its name in the vendor's other systems, unique within the vendor.
    pub reference: Option<Reference>,
    /// People there.
    pub contacts: Vec<NewContact>,
    /// What the vendor's staff note.
    pub notes: String,
    /// The vendor's own.
    pub metadata: Metadata,
}

/// A contact to be made.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// The person's name.
    pub name: Name,
    /// The person's address, unique within the customer.
    pub email: Email,
}

/// Makes a customer with its contacts.
///
/// # Errors
/// `AlreadyExists` for a ref that is taken; `Invalid` for two contacts of one address; the database's.
pub async fn create(system: &System, context: &Context, input: NewCustomer) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::CreateCustomer, aggregate, move |change| {
            check_addresses(&input.contacts)?;
            check_reference(change.tx, change.permit, input.reference.as_ref())?;
            let customer = make(change, &input);
            customer::insert(change.tx, change.permit, &customer).map_err(reference_taken)?;
            change.record(customer.id, None, Some(&customer))?;
            Ok(customer)
        })
        .await
}

fn make(change: &mut Change<'_, '_>, input: &NewCustomer) -> Customer {
    let id = change.id();
    let contact = |(id, new): (_, &NewContact)| Contact { id, name: new.name.clone(), email: new.email.clone() };
    let contacts = change.ids(input.contacts.len()).into_iter().zip(&input.contacts).map(contact).collect();
    Customer {
        id,
        vendor: change.permit.vendor(),
        name: input.name.clone(),
        reference: input.reference.clone(),
        disabled: None,
        deletion: None,
        contacts,
        notes: input.notes.clone(),
        metadata: input.metadata.clone(),
        created: change.now,
        updated: change.now,
    }
}

fn check_addresses(contacts: &[NewContact]) -> Result<(), Error> {
    let repeated = |(i, contact): (usize, &NewContact)| {
        let same = contacts.iter().take(i).any(|other| same_address(&other.email, &contact.email));
        same.then(|| FieldError::new(format!("contacts[{i}].email"), Invalid::Duplicate, "give each address once"))
    };
    let errors: Vec<FieldError> = contacts.iter().enumerate().filter_map(repeated).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// Whether mail to both arrives at one place.
pub(crate) fn same_address(one: &Email, other: &Email) -> bool {
    one.folded() == other.folded()
}
