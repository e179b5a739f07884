//! `entitlement.delete`.

use chancery_domain::{Action, Deletion, Entitlement, EntitlementId};

use super::command::{load, locked, write};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Deletes an entitlement: for 30 days it can be restored, then it is purged (ENT-10). To products it is as if it were disabled.
/// Deleting again changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's.
pub async fn delete(system: &System, context: &Context, id: EntitlementId) -> Result<(), Error> {
    locked(system, context, Action::DeleteEntitlement, id, move |change| {
        let before = load(change, id)?;
        if before.deletion.is_none() {
            change.check_unhosted(id)?;
            change.seats_leave(&before, Fate::RunsOut)?;
            let after = Entitlement { deletion: Some(Deletion::new(change.now)), ..before.clone() };
            write(change, &before, after)?;
        }
        Ok(())
    })
    .await
}
