//! `entitlement.reset-overrides` (ENT-9).

use chancery_domain::{Action, EntitlementId, Reset};
use chancery_store::snapshot;

use super::EntitlementView;
use super::command::command_by_catalog;
use crate::{Context, Error, System};

/// Returns fields, features and attributes of an entitlement to the catalog's current values. Fewer seats than are in use need
/// force (SEAT-8).
///
/// # Errors
/// `NotFound`; `Invalid`; `Refused` with `SeatsInUse`; the database's.
pub async fn reset_overrides(
    system: &System,
    context: &Context,
    id: EntitlementId,
    what: Reset,
    force: bool,
) -> Result<EntitlementView, Error> {
    command_by_catalog(system, context, Action::ResetEntitlementOverrides, id, move |change, entitlement| {
        let offering = entitlement.offering.into();
        let catalog = snapshot::load(change.tx, change.permit.vendor(), &offering)?;
        // What was sold is referred to, and not deleted.
        let catalog = catalog.ok_or_else(|| Error::internal("an entitlement without its offering"))?;
        let was = entitlement.seat_limit();
        entitlement.reset_overrides(&what, &catalog)?;
        change.fit_seats(entitlement, was, force)
    })
    .await
}
