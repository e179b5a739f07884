//! `entitlement.restore`.

use chancery_domain::{Action, Entitlement, EntitlementId, restored};

use super::EntitlementView;
use super::command::{load, locked, write};
use crate::{Context, Error, System};

/// Takes a deletion back (ENT-10): the entitlement is what it was. What was deleted with its order or its customer stays so until
/// that is restored. Restoring what is not deleted changes nothing.
///
/// # Errors
/// `NotFound`; `Refused` once it is being purged; the database's.
pub async fn restore(system: &System, context: &Context, id: EntitlementId) -> Result<EntitlementView, Error> {
    locked(system, context, Action::RestoreEntitlement, id, move |change| {
        let before = load(change, id)?;
        let after = Entitlement { deletion: restored(before.deletion, change.now)?, ..before.clone() };
        let after = write(change, &before, after)?;
        EntitlementView::of(change.tx, after, change.now)
    })
    .await
}
