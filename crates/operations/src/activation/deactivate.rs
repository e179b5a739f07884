//! `activation.deactivate`: the holder gives its seat back (SEAT-9).

use chancery_domain::{Action, End, LogOperation, Refusal, SeatNote, Standing};
use chancery_store::{Aggregate, activation, entitlement};

use super::ChainCall;
use crate::{Context, Error, System, Unauthenticated};

/// Gives back the holder's seat and all that it holds. Needs no nonce, so that a lost one never strands a seat, and can be
/// repeated: what has ended stays so.
///
/// # Errors
/// `Refused` if another machine uses the seat now (SEAT-2); the database's.
pub async fn deactivate(system: &System, context: &Context, call: ChainCall) -> Result<(), Error> {
    let aggregate = Aggregate::Order(call.order);
    system
        .change(context, Action::Deactivate, aggregate, move |change| {
            let vendor = change.permit.vendor();
            let invalid = || Error::Unauthenticated(Unauthenticated::AccessToken);
            let mut seat = activation::find(change.tx, vendor, call.activation)?.ok_or_else(invalid)?;
            match seat.standing {
                Standing::Ended(_) => return Ok(()),
                Standing::Seated(_) | Standing::Held(_) if call.chain < seat.chain => {
                    return Err(Refusal::ActivationSuperseded.into());
                }
                Standing::Seated(_) | Standing::Held(_) => {}
            }
            let mut entitlement = entitlement::find(change.tx, vendor, seat.entitlement)?.ok_or_else(invalid)?;
            change.note(&SeatNote::of(LogOperation::Deactivate, &seat))?;
            change.end_seat(&mut entitlement, &mut seat, End::Deactivated)
        })
        .await
}
