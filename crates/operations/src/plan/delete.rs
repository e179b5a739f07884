//! `plan.delete`.

use chancery_domain::{Action, PlanId, Selector};
use chancery_store::{Aggregate, plan};

use super::get;
use crate::{Context, Error, System};

/// Deletes a plan that nothing refers to.
///
/// # Errors
/// `NotFound`; `InUse` while offerings sell by it; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<PlanId>) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeletePlan, aggregate, move |change| {
            let plan = get(change.tx, change.permit, &which)?;
            change.expect_version(&plan)?;
            let by = plan::references(change.tx, plan.vendor, plan.id)?;
            if !by.is_empty() {
                return Err(Error::InUse { by });
            }
            plan::delete(change.tx, change.permit, plan.id)?;
            change.record(plan.id, Some(&plan), None)
        })
        .await
}
