//! `entitlement.start`.

use chancery_domain::{Action, EntitlementId, Timestamp};

use super::EntitlementView;
use super::command::command;
use crate::{Context, Error, System};

/// Starts an entitlement that waits for this command: at `start`, or now.
///
/// # Errors
/// `NotFound`; `Refused` if it has started or something else starts it; the database's.
pub async fn start(
    system: &System,
    context: &Context,
    id: EntitlementId,
    start: Option<Timestamp>,
) -> Result<EntitlementView, Error> {
    command(system, context, Action::StartEntitlement, id, move |change, entitlement| {
        Ok(entitlement.start_by_command(start, change.now)?)
    })
    .await
}
