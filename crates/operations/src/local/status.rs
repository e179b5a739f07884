//! `local.read`: whether this local server serves products, and what it warns of (LLS-1, LLS-3).

use chancery_domain::{
    Action, LocalServerId, LocalStanding, MachineIdentity, Name, Timestamp, VendorId, Warning, warnings,
};
use chancery_store::local_server;

use super::state::License;
use crate::{Context, Error, System};

/// Where a local server stands.
#[derive(Clone, Debug)]
pub struct LocalStatus {
    /// Which it is.
    pub server: LocalServerId,
    /// What people read.
    pub name: Option<Name>,
    /// Whose products it serves.
    pub vendor: VendorId,
    /// What the vendor is called.
    pub vendor_name: Name,
    /// Whether that is a sandbox.
    pub sandbox: bool,
    /// The verdict.
    pub standing: LocalStanding,
    /// Its own license, if it has one.
    pub license: Option<License>,
    /// Its epoch: each restoration that was confirmed began another (EXP-9).
    pub epoch: u64,
    /// Since when it is known that the database was set back, until that is confirmed (EXP-9).
    pub restored: Option<Timestamp>,
    /// The machine to which it is bound, and the one on which it runs (EXP-10).
    pub machine: LocalMachine,
    /// The instant from which time is taken, if the clock is more than an hour behind it (OFF-11).
    pub clock_behind: Option<Timestamp>,
    /// What ends soon (LLS-3).
    pub warnings: Vec<Warning>,
    /// The instant of the verdict.
    pub now: Timestamp,
}

/// A machine, and the one that it should be (EXP-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalMachine {
    /// To which the data are bound.
    pub bound: MachineIdentity,
    /// On which this runs.
    pub here: MachineIdentity,
    /// Whether they are the same.
    pub same: bool,
}

/// Tells where this local server stands.
///
/// # Errors
/// `NotFound` on an authority; the database's.
pub async fn status(system: &System, context: &Context) -> Result<LocalStatus, Error> {
    context.permit(Action::ReadLocal)?;
    // What another process did a moment ago is not missed.
    system.follow_keys().await?;
    let row = system.store().read(|tx| Ok::<_, Error>(local_server::find(tx)?)).await?.ok_or(Error::NotFound)?;
    let state = system.local().ok_or(Error::NotFound)?;
    let keys = system.vendor_keys(row.vendor).await?;
    let (here, now) = (system.machine(), context.now());
    let standing = state.standing(here, now);
    let begun = state.license().map_or(now, |license| license.issued);
    Ok(LocalStatus {
        server: row.server,
        name: row.name,
        vendor: row.vendor,
        vendor_name: keys.vendor.name.clone(),
        sandbox: keys.vendor.is_sandbox(),
        standing,
        license: state.license().cloned(),
        epoch: row.epoch,
        restored: row.restored,
        machine: LocalMachine {
            bound: state.machine().clone(),
            here: here.clone(),
            same: state.machine().is_same(here),
        },
        clock_behind: system.clock_behind(),
        warnings: warnings(standing, begun, state.delegations(), now),
        now,
    })
}
