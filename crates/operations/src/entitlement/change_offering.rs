//! `entitlement.change-offering` (ENT-8).

use chancery_domain::{Action, Concurrency, Entitlement, EntitlementId, Invalid, OfferingId, Selector};
use chancery_store::{activation, snapshot, usage};

use super::EntitlementView;
use super::command::command_by_catalog;
use super::reset_usage::reset;
use crate::{Change, Context, Error, System};

/// How many activations are read at a time.
const AT_ONCE: u64 = 500;

/// Lets an entitlement take up another offering of the same product: what is overridden stays, counters begin anew, and a
/// subscription's expiry is computed anew from now. Fewer seats than are in use need force (SEAT-8).
///
/// # Errors
/// `NotFound`; `Invalid`; `Refused` with `SeatsInUse`, and while local servers host some of it; the database's.
pub async fn change_offering(
    system: &System,
    context: &Context,
    id: EntitlementId,
    offering: Selector<OfferingId>,
    force: bool,
) -> Result<EntitlementView, Error> {
    command_by_catalog(system, context, Action::ChangeEntitlementOffering, id, move |change, entitlement| {
        let unknown = || Error::invalid("offeringId", Invalid::Unknown, "there is no such offering");
        let catalog = snapshot::load(change.tx, change.permit.vendor(), &offering)?.ok_or_else(unknown)?;
        change.check_unhosted(id)?;
        let before = entitlement.clone();
        entitlement.change_offering(catalog, change.now)?;
        reset_counters(change, &before, entitlement)?;
        if entitlement.concurrency != before.concurrency {
            adopt(change, entitlement.id, entitlement.concurrency)?;
        }
        change.fit_seats(entitlement, before.seat_limit(), force)
    })
    .await
}

fn reset_counters(change: &mut Change<'_, '_>, before: &Entitlement, after: &Entitlement) -> Result<(), Error> {
    for key in usage::of_entitlement(change.tx, after.id)?.into_keys() {
        if !after.keeps_usage(before, &key) {
            usage::forget_holdings(change.tx, after.id, &key)?;
            reset(change, after, &key)?;
        }
    }
    Ok(())
}

/// Who has a seat has it in the new way from now on, not only from its next refresh on: a machine that never comes back would
/// else keep a seat that is only borrowed.
pub(crate) fn adopt(change: &mut Change<'_, '_>, id: EntitlementId, concurrency: Concurrency) -> Result<(), Error> {
    let mut after = None;
    loop {
        let seats = activation::seated(change.tx, id, after, AT_ONCE)?;
        let Some(last) = seats.last() else { return Ok(()) };
        after = Some(last.id);
        for mut seat in seats {
            let was = seat.concurrency;
            seat.adopt(concurrency, change.now);
            if seat.concurrency != was {
                activation::update(change.tx, change.permit, &seat)?;
            }
        }
    }
}
