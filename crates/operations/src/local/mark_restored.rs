//! Noting that a database was restored, by whoever restored it (EXP-9, LLS-7): nobody needs to find it out.

use chancery_domain::{Action, Actor, Timestamp};
use chancery_store::{Aggregate, hosted_entitlement, local_server};

use super::confirm_restore::Shown;
use super::here::{changed, row};
use crate::{Change, Context, Error, System};

/// Notes that the database was set back: no new seat is given until an administrator confirms it.
///
/// # Errors
/// `NotFound` on an authority; the database's.
pub async fn mark_restored(system: &System, clock: Timestamp, seed: [u8; 32]) -> Result<(), Error> {
    let local = system.local().ok_or(Error::NotFound)?;
    let keys = system.vendor_keys(local.vendor()).await?;
    let now = system.vendor_now(&keys.vendor, clock).await?;
    let context = Context::new(Actor::Operator { vendor: local.vendor() }, now, seed);
    let aggregate = Aggregate::Vendor(local.vendor());
    let mark = system.change(&context, Action::ConfirmRestore, aggregate, |change| {
        note(change)?;
        changed(change)
    });
    mark.await?;
    system.load_keys().await
}

/// Notes it in a transaction, and that leases of until now may have been forgotten, which run on. Says whether it is news.
pub(super) fn note(change: &mut Change<'_, '_>) -> Result<bool, Error> {
    hosted_entitlement::note_forgotten(change.tx, change.permit, change.now)?;
    let row = row(change)?;
    if !local_server::set_restored(change.tx, change.permit, change.now)? {
        return Ok(false);
    }
    let before = Shown { restored: None, epoch: row.epoch };
    change.record(row.server, Some(&before), Some(&Shown { restored: Some(change.now), epoch: row.epoch }))?;
    Ok(true)
}
