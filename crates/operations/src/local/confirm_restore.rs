//! `local.confirm-restore`: an administrator knows that the database was set back, and that all who came back are back (EXP-9).

use chancery_domain::{Action, Fact, Facts, Timestamp, optional};
use chancery_store::{Aggregate, local_server};

use super::here::{Here, changed, row};
use super::{LocalStatus, status};
use crate::{Context, Error, System};

/// Begins a new epoch, in which new seats are given again. Where nothing was set back, it changes nothing.
///
/// # Errors
/// `NotFound` on an authority; `LocalServerNotActive` on another machine; the database's.
pub async fn confirm_restore(system: &System, context: &Context) -> Result<LocalStatus, Error> {
    context.permit(Action::ConfirmRestore)?;
    Here::of(system, context).await?;
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let confirm = system.change(context, Action::ConfirmRestore, aggregate, |change| {
        let row = row(change)?;
        if row.restored.is_none() {
            return Ok(());
        }
        local_server::set_epoch(change.tx, change.permit, row.epoch + 1)?;
        local_server::confirm_restored(change.tx, change.permit)?;
        let before = Shown { restored: row.restored, epoch: row.epoch };
        change.record(row.server, Some(&before), Some(&Shown { restored: None, epoch: row.epoch + 1 }))?;
        changed(change)
    });
    confirm.await?;
    system.load_keys().await?;
    status(system, context).await
}

/// What is known of a restoration.
pub(super) struct Shown {
    pub restored: Option<Timestamp>,
    pub epoch: u64,
}

impl Facts for Shown {
    fn facts(&self) -> Vec<Fact> {
        vec![optional("restored", self.restored), chancery_domain::fact("epoch", self.epoch)]
    }
}
