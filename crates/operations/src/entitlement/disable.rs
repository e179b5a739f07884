//! `entitlement.disable`.

use chancery_domain::{Action, EntitlementId, Reason};

use super::EntitlementView;
use super::command::command;
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Disables an entitlement: nothing of it is activated or refreshed, and leases already given run out (ENT-6).
///
/// # Errors
/// `NotFound`; the database's.
pub async fn disable(
    system: &System,
    context: &Context,
    id: EntitlementId,
    reason: Option<Reason>,
) -> Result<EntitlementView, Error> {
    command(system, context, Action::DisableEntitlement, id, move |change, entitlement| {
        if entitlement.disabled.is_none() {
            change.seats_leave(entitlement, Fate::RunsOut)?;
        }
        entitlement.disable(reason.clone(), change.now);
        Ok(())
    })
    .await
}
