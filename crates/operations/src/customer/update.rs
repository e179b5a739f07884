//! `customer.update`.

use chancery_domain::{Action, Customer, CustomerId, Metadata, Name, Reference, Selector};
use chancery_store::{Aggregate, customer};

use super::{check_reference, get_present, reference_taken};
use crate::{Context, Error, System};

/// New values for some members of a customer. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the customer's members")]
pub struct CustomerEdit {
    pub name: Option<Name>,
    pub reference: Option<Option<Reference>>,
    pub notes: Option<String>,
    pub metadata: Option<Metadata>,
}

impl CustomerEdit {
    fn apply(&self, customer: &mut Customer) {
        if let Some(name) = &self.name {
            customer.name = name.clone();
        }
        if let Some(reference) = &self.reference {
            customer.reference.clone_from(reference);
        }
        if let Some(notes) = &self.notes {
            customer.notes.clone_from(notes);
        }
        if let Some(metadata) = &self.metadata {
            customer.metadata = metadata.clone();
        }
    }
}

/// Changes a customer. Its contacts have operations of their own.
///
/// # Errors
/// `NotFound`; `Refused` while it is deleted; `AlreadyExists` for a ref that is taken; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    edit: CustomerEdit,
) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateCustomer, aggregate, move |change| {
            let before = get_present(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after);
            if after.reference != before.reference {
                check_reference(change.tx, change.permit, after.reference.as_ref())?;
            }
            after.updated = change.now;
            customer::update(change.tx, change.permit, &after).map_err(reference_taken)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
