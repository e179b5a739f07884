//! Noting that a database was restored, by whoever restored it (EXP-9, LLS-7): nobody needs to find it out.

use chancery_domain::{Action, Actor, Timestamp};
use chancery_store::{Aggregate, local_server};

use super::confirm_restore::Shown;
use super::here::{changed, row};
use crate::{Context, Error, System};

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
        let row = row(change)?;
        if local_server::set_restored(change.tx, change.permit, change.now)? {
            let before = Shown { restored: None, epoch: row.epoch };
            change.record(row.server, Some(&before), Some(&Shown { restored: Some(change.now), epoch: row.epoch }))?;
            changed(change)?;
        }
        Ok(())
    });
    mark.await?;
    system.load_keys().await
}
