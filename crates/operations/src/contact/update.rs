//! `contact.update`.

use chancery_domain::{Action, Contact, ContactId, CustomerId, Email, Fact, Facts, Name, Selector, fact};
use chancery_store::{Aggregate, customer};

use super::ContactView;
use crate::customer::{get_present, same_address};
use crate::{Context, Error, System};

/// New values for some members of a contact. An absent one stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the contact's members")]
pub struct ContactEdit {
    pub name: Option<Name>,
    pub email: Option<Email>,
}

/// Changes a contact.
///
/// # Errors
/// `NotFound`; `Refused` while the customer is deleted; `AlreadyExists` if the customer has another contact of this address; the
/// database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    id: ContactId,
    edit: ContactEdit,
) -> Result<ContactView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateContact, aggregate, move |change| {
            let customer = get_present(change.tx, change.permit, &which)?;
            let before = customer.contacts.iter().find(|contact| contact.id == id).ok_or(Error::NotFound)?;
            change.expect_version(before)?;
            let (name, email) = (edit.name.clone(), edit.email.clone());
            let after = Contact {
                id,
                name: name.unwrap_or_else(|| before.name.clone()),
                email: email.unwrap_or_else(|| before.email.clone()),
            };
            let others = customer.contacts.iter().filter(|other| other.id != id);
            if others.into_iter().any(|other| same_address(&other.email, &after.email)) {
                return Err(Error::AlreadyExists { field: "email" });
            }
            customer::update_contact(change.tx, change.permit, customer.id, &after)?;
            change.record(customer.id, Some(&Changed(id, "")), Some(&Changed(id, changed(before, &after))))?;
            Ok(ContactView { customer: customer.id, contact: after })
        })
        .await
}

/// Which members changed. What they were and became stays out of the audit (ENT-10).
fn changed(before: &Contact, after: &Contact) -> &'static str {
    match (before.name != after.name, before.email != after.email) {
        (true, true) => "name, email",
        (true, false) => "name",
        (false, true) => "email",
        (false, false) => "",
    }
}

struct Changed(ContactId, &'static str);

impl Facts for Changed {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("contact", self.0), fact("changed", self.1)]
    }
}
