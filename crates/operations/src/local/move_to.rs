//! `local.move`: a local server's data go on at another machine, which the old one says (EXP-10).

use chancery_domain::{Action, Fact, Facts, MachineIdentity, fact};
use chancery_store::local_server::LocalServerRow;
use chancery_store::{Aggregate, local_server};

use super::here::{Here, changed, row};
use super::{LocalStatus, status};
use crate::{Context, Error, System};

/// Binds the data to another machine: here no product is served any more, and there they are once the data were copied.
///
/// # Errors
/// `NotFound` on an authority; `LocalServerNotActive` on another machine than the present one; the database's.
pub async fn move_to(system: &System, context: &Context, to: MachineIdentity) -> Result<LocalStatus, Error> {
    context.permit(Action::MoveLocal)?;
    Here::of(system, context).await?;
    let moved = !to.is_same(system.machine());
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let bind = system.change(context, Action::MoveLocal, aggregate, move |change| {
        let row = row(change)?;
        let after = Bound { machine: to.to_string(), moved };
        local_server::bind(change.tx, change.permit, &after.machine, after.moved)?;
        change.record(row.server, Some(&Bound::of(&row)), Some(&after))?;
        changed(change)
    });
    bind.await?;
    system.load_keys().await?;
    status(system, context).await
}

/// To which machine the data are bound.
pub(super) struct Bound {
    pub machine: String,
    pub moved: bool,
}

impl Bound {
    pub(super) fn of(row: &LocalServerRow) -> Self {
        Self { machine: row.machine.clone(), moved: row.moved }
    }
}

impl Facts for Bound {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("machine", &self.machine), fact("moved", self.moved)]
    }
}
