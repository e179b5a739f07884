//! `entitlement.update`: overriding what came from the catalog (ENT-7), and fewer or more seats (SEAT-8).

use chancery_domain::{Action, EntitlementEdit, EntitlementId};

use super::EntitlementView;
use super::command::command;
use crate::{Context, Error, System};

/// Overrides members of an entitlement. With fewer seats, activations whose seat is not in use leave. A seat in use is taken only
/// by force: it is held until its lease ends (SEAT-8).
///
/// # Errors
/// `NotFound`; `Invalid`; `Refused` with `SeatsInUse`; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    id: EntitlementId,
    edit: EntitlementEdit,
    force: bool,
) -> Result<EntitlementView, Error> {
    command(system, context, Action::UpdateEntitlement, id, move |change, entitlement| {
        let was = entitlement.seat_limit();
        entitlement.edit(&edit)?;
        if edit.seats.is_some() || edit.overdraft.is_some() {
            change.fit_seats(entitlement, was, force)?;
        }
        Ok(())
    })
    .await
}
