//! `plan.read`, of one.

use chancery_domain::{Action, Permit, Plan, PlanId, Selector};
use chancery_store::{ReadTx, plan};

use crate::{Context, Error, System};

/// One plan of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, which: Selector<PlanId>) -> Result<Plan, Error> {
    let permit = context.permit(Action::ReadPlan)?;
    system.store().read(move |tx| get(tx, &permit, &which)).await
}

/// The plan, or that there is none.
pub(crate) fn get(tx: &mut ReadTx<'_>, permit: &Permit, which: &Selector<PlanId>) -> Result<Plan, Error> {
    plan::find(tx, permit.vendor(), which)?.ok_or(Error::NotFound)
}
