//! `customer.disable`.

use chancery_domain::{Action, Customer, CustomerId, Disabled, Reason, Selector};
use chancery_store::{Aggregate, customer};

use super::get_present;
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Disables a customer, and by that, as a verdict, all its entitlements (ENT-6). Disabling what is disabled changes the
/// reason, not the instant.
///
/// # Errors
/// `NotFound`; `Refused` while it is deleted; the database's.
pub async fn disable(
    system: &System,
    context: &Context,
    which: Selector<CustomerId>,
    reason: Option<Reason>,
) -> Result<Customer, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DisableCustomer, aggregate, move |change| {
            let before = get_present(change.tx, change.permit, &which)?;
            change.expect_version(&before)?;
            if before.disabled.is_none() {
                change.seats_of_customer_leave(before.id, Fate::RunsOut)?;
            }
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
