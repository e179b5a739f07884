//! `contact.read`, of all of a customer.

use chancery_domain::{Action, Contact, CustomerId, Selector};
use chancery_store::{List, PageRequest};

use crate::customer::get;
use crate::{Context, Error, System};

/// A page of a customer's contacts.
///
/// # Errors
/// `NotFound` for an unknown customer; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    page: PageRequest,
) -> Result<List<Contact>, Error> {
    let permit = context.permit(Action::ReadContact)?;
    let customer = system.store().read(move |tx| get(tx, &permit, &which)).await?;
    // A customer is always read with all of them: the page is cut out.
    Ok(page.cut_out(customer.contacts, |contact| contact.id.to_string()))
}
