//! `activation.deactivate`: the holder gives its seat back (SEAT-9).

use chancery_domain::{Action, End, LogOperation, Refusal, SeatNote, Standing};
use chancery_store::{Aggregate, activation, entitlement};

use super::ChainCall;
use crate::{Change, Context, Error, System, Unauthenticated};

/// Gives back the holder's seat and all that it holds. Needs no nonce, so that a lost one never strands a seat, and can be
/// repeated: what has ended stays so.
///
/// # Errors
/// `Refused` if another machine uses the seat now (SEAT-2), after that was recorded; the database's.
pub async fn deactivate(system: &System, context: &Context, call: ChainCall) -> Result<(), Error> {
    let (permit, context) = (context.permit(Action::Deactivate)?, context.clone());
    system
        .store()
        .write(Aggregate::Order(call.order), move |tx| {
            let mut change = Change::new(tx, &permit, &context);
            let done = change.once(|change| give_up(change, &call));
            change.settle(done)
        })
        .await
}

fn give_up(change: &mut Change<'_, '_>, call: &ChainCall) -> Result<(), Error> {
    let vendor = change.permit.vendor();
    let invalid = || Error::Unauthenticated(Unauthenticated::AccessToken);
    let mut seat = activation::find(change.tx, vendor, call.activation)?.ok_or_else(invalid)?;
    if matches!(seat.standing, Standing::Ended(_)) {
        return Ok(());
    }
    if call.chain < seat.chain {
        let refusal = Refusal::ActivationSuperseded;
        change.note(&SeatNote::of(LogOperation::Deny, &seat).because(&refusal))?;
        return Err(refusal.into());
    }
    let mut entitlement = entitlement::find(change.tx, vendor, seat.entitlement)?.ok_or_else(invalid)?;
    entitlement.as_of(change.now);
    change.note(&SeatNote::of(LogOperation::Deactivate, &seat))?;
    change.end_seat(&mut entitlement, &mut seat, End::Deactivated)
}
