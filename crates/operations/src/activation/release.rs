//! `activation.release`: the vendor takes a seat away (SEAT-9).

use chancery_domain::{Action, ActivationId, Reason};
use chancery_store::{Aggregate, activation};

use crate::{Context, Error, System};

/// How a seat is released.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// Whether the seat is free at once, although its device may still run.
    pub free: bool,
    /// Why: kept in the audit and in the activation log.
    pub reason: Option<Reason>,
}

/// Releases a seat: it is held until its lease's end, because its device may still run, and then free; or it is freed at once,
/// also one that is held already. A released activation is never refreshed. Releasing again changes nothing.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn release(system: &System, context: &Context, id: ActivationId, how: Release) -> Result<(), Error> {
    let permit = context.permit(Action::ReleaseActivation)?;
    let order = system
        .store()
        .read(move |tx| Ok::<_, Error>(activation::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?.order))
        .await?;
    system
        .change(context, Action::ReleaseActivation, Aggregate::Order(order), move |change| {
            let vendor = change.permit.vendor();
            let seat = activation::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
            change.expect_version(&seat)?;
            change.release(seat, &how)
        })
        .await
}
