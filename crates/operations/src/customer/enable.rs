//! `customer.enable`.

use chancery_domain::{Action, Customer, CustomerId, Selector};
use chancery_store::{Aggregate, customer};

use super::get_present;
use crate::{Context, Error, System};

/// Enables a customer that was disabled: each of its entitlements is what it was (ENT-6).
///
/// # Errors
/// `NotFound`; `Refused` while it is deleted; the database's.
pub async fn enable(system: &System, context: &Context, which: Selector<CustomerId>) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::EnableCustomer, aggregate, move |change| {
            let before = get_present(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            let after = Customer { disabled: None, updated: change.now, ..before.clone() };
            customer::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
