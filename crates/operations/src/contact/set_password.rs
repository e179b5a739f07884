//! `contact.set-password`: by which a contact signs in where a vendor's product asks for a name and a password (LIC-1).

use chancery_domain::{Action, ContactId, CustomerId, Fact, Facts, Password, Selector, fact};
use chancery_store::{Aggregate, login};

use super::ContactView;
use crate::customer::get_present;
use crate::{Context, Error, System, password};

/// Sets a contact's password, or another one. Only its hash is kept, and nothing of it is in the audit.
///
/// # Errors
/// `NotFound`; `Refused` while the customer is deleted; the database's.
pub async fn set_password(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    id: ContactId,
    new: Password,
) -> Result<ContactView, Error> {
    // Nobody makes this server work hard who may not do it.
    context.permit(Action::SetContactPassword)?;
    let hash = password::hash(&new, context.entropy("password").bytes()).await?;
    change(system, context, Action::SetContactPassword, which, id, Some(hash)).await
}

/// Removes a contact's password: nobody signs in by it any more. Without one, nothing changes.
///
/// # Errors
/// `NotFound`; `Refused` while the customer is deleted; the database's.
pub async fn remove_password(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    id: ContactId,
) -> Result<ContactView, Error> {
    change(system, context, Action::RemoveContactPassword, which, id, None).await
}

async fn change(
    system: &System,
    context: &Context,
    action: Action,
    which: Selector<CustomerId>,
    id: ContactId,
    hash: Option<String>,
) -> Result<ContactView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, action, aggregate, move |change| {
            let customer = get_present(change.tx, change.permit, &which)?;
            let contact = customer.contacts.iter().find(|contact| contact.id == id).ok_or(Error::NotFound)?;
            change.expect_version(contact)?;
            let before = login::has_password(change.tx, id)?;
            login::set_password(change.tx, change.permit, customer.id, id, hash.as_deref())?;
            let (before, after) = match (before, hash.is_some()) {
                (true, true) => ("set", "set anew"),
                (before, after) => (if before { "set" } else { "" }, if after { "set" } else { "" }),
            };
            change.record(customer.id, Some(&State(id, before)), Some(&State(id, after)))?;
            Ok(ContactView { customer: customer.id, contact: contact.clone() })
        })
        .await
}

/// Whether a contact has a password, for the audit.
struct State(ContactId, &'static str);

impl Facts for State {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("contact", self.0), fact("password", self.1)]
    }
}
