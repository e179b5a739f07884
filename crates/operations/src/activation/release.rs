//! `activation.release`: the vendor takes a seat away (SEAT-9).

use chancery_domain::{Action, ActivationId, End, LogOperation, SeatNote, Standing};
use chancery_store::{Aggregate, activation, entitlement};

use crate::{Context, Error, System};

/// Releases a seat: it is held until its lease's end, because its device may still run, and then free. A released activation is
/// never refreshed. Releasing again changes nothing.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn release(system: &System, context: &Context, id: ActivationId) -> Result<(), Error> {
    let permit = context.permit(Action::ReleaseActivation)?;
    let order = system
        .store()
        .read(move |tx| Ok::<_, Error>(activation::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?.order))
        .await?;
    system
        .change(context, Action::ReleaseActivation, Aggregate::Order(order), move |change| {
            let (vendor, now) = (change.permit.vendor(), change.now);
            let mut seat = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
            let Standing::Seated(number) = seat.standing else { return Ok(()) };
            change.note(&SeatNote::of(LogOperation::Release, &seat))?;
            seat.frees_at = seat.held_until();
            if seat.frees_at <= now {
                let mut entitlement = entitlement::find(change.tx, vendor, seat.entitlement)?.ok_or(Error::NotFound)?;
                return change.end_seat(&mut entitlement, &mut seat, End::Released);
            }
            seat.standing = Standing::Held(number);
            Ok(activation::update(change.tx, change.permit, &seat)?)
        })
        .await
}
