//! `entitlement.update`: overriding what came from the catalog (ENT-7), and fewer or more seats (SEAT-8).

use chancery_domain::{Action, End, Entitlement, EntitlementEdit, EntitlementId, LogOperation, SeatNote, reduce};
use chancery_store::activation;

use super::EntitlementView;
use super::command::command;
use crate::{Change, Context, Error, System};

/// Overrides members of an entitlement. With fewer seats, activations whose seat is not in use leave; a seat in use is not taken.
///
/// # Errors
/// `NotFound`; `Invalid`; `Refused` with `SeatsInUse`; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    id: EntitlementId,
    edit: EntitlementEdit,
) -> Result<EntitlementView, Error> {
    command(system, context, Action::UpdateEntitlement, id, move |change, entitlement| {
        entitlement.edit(&edit)?;
        if edit.seats.is_some() || edit.overdraft.is_some() {
            fit_seats(change, entitlement)?;
        }
        Ok(())
    })
    .await
}

/// Makes the taken seats fit a new limit: who must leave does, and numbers that are too high become lower ones that are free.
fn fit_seats(change: &mut Change<'_, '_>, entitlement: &mut Entitlement) -> Result<(), Error> {
    let limit = entitlement.seat_limit().get();
    let surplus = entitlement.counter.occupied.saturating_sub(limit);
    if surplus > 0 {
        let first = activation::first_to_leave(change.tx, entitlement, surplus, change.now)?;
        for leaving in reduce(entitlement, first.clone(), change.now)?.leaving {
            let mut seat = first
                .iter()
                .find(|seat| seat.id == leaving.activation)
                .cloned()
                .ok_or_else(|| Error::internal("an activation that leaves and was not loaded"))?;
            change.end_seat(entitlement, &mut seat, End::Released)?;
            change.note(&SeatNote::of(LogOperation::Release, &seat))?;
        }
    }
    renumber(change, entitlement)
}

/// Moves seats above those sold onto free numbers within them, and forgets the free numbers above the highest that is taken.
fn renumber(change: &mut Change<'_, '_>, entitlement: &mut Entitlement) -> Result<(), Error> {
    let sold = entitlement.seats.get();
    let above = activation::above(change.tx, entitlement, sold)?;
    let free = activation::free_numbers(change.tx, entitlement, sold, above.len() as u64)?;
    let mut highest = entitlement.counter.highest.min(sold);
    for (i, mut seat) in above.into_iter().enumerate() {
        let Some(old) = seat.seat_number() else { continue };
        let Some(&number) = free.get(i) else {
            highest = highest.max(old);
            continue;
        };
        seat.standing = seat.standing.numbered(number);
        activation::take_number(change.tx, entitlement.id, number)?;
        activation::update(change.tx, change.permit, &seat)?;
        activation::give_back_number(change.tx, entitlement.id, old)?;
    }
    activation::forget_numbers_above(change.tx, entitlement.id, highest)?;
    entitlement.counter.highest = highest;
    Ok(())
}
