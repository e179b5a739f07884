//! `customer.disable`.

use chancery_domain::{Action, Customer, CustomerId, Disabled, Reason, Selector};
use chancery_store::{Aggregate, customer};

use super::get;
use crate::{Context, Error, System};

/// Disables a customer, and by that, as a verdict, all its entitlements (ENT-6). Disabling what is disabled changes the
/// reason, not the instant.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn disable(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    reason: Option<Reason>,
) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DisableCustomer, aggregate, move |change| {
            let before = get(change.tx, change.permit, &which)?;
            let mut after = before.clone();
            let since = before.disabled.as_ref().map_or(change.now, |disabled| disabled.since);
            after.disabled = Some(Disabled { since, reason: reason.clone() });
            after.updated = change.now;
            customer::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
