//! `entitlement.enable`.

use chancery_domain::{Action, EntitlementId};

use super::EntitlementView;
use super::command::command;
use crate::{Context, Error, System};

/// Enables an entitlement that was disabled (ENT-6).
///
/// # Errors
/// `NotFound`; the database's.
pub async fn enable(system: &System, context: &Context, id: EntitlementId) -> Result<EntitlementView, Error> {
    command(system, context, Action::EnableEntitlement, id, |_, entitlement| {
        entitlement.enable();
        Ok(())
    })
    .await
}
