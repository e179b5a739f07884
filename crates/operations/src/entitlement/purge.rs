//! `entitlement.purge`.

use chancery_domain::{Action, Entitlement, EntitlementId};

use super::command::{load, locked, order_of, write};
use crate::erasing::{Eraser, Purge};
use crate::leaving::Fate;
use crate::{Context, Error, System};

/// Erases an entitlement at once, deleted or not, with all that hangs on it (ENT-10). Nothing undoes it.
///
/// # Errors
/// `NotFound`; `Refused` while local servers host some of it; `Rehearsed`; the database's: if it fails on the way, the hourly job goes on.
pub async fn purge(system: &System, context: &Context, id: EntitlementId) -> Result<(), Error> {
    purge_when(system, context, id, Purge::AtOnce).await
}

pub(crate) async fn purge_when(
    system: &System,
    context: &Context,
    id: EntitlementId,
    when: Purge,
) -> Result<(), Error> {
    let permit = context.permit(Action::PurgeEntitlement)?;
    let order = order_of(system, permit.vendor(), id).await?;
    locked(system, context, Action::PurgeEntitlement, id, move |change| {
        let before = load(change, id)?;
        let after = Entitlement { deletion: Some(when.begin(before.deletion, change.now)?), ..before.clone() };
        change.check_unhosted(id)?;
        change.seats_leave(&before, Fate::Freed)?;
        write(change, &before, after)?;
        Ok(())
    })
    .await?;
    // Nothing is left where this call is a repetition of one that was done.
    let Some(order) = order else { return Ok(()) };
    Eraser::new(system, context, permit).await?.entitlement(system, order, id).await
}
