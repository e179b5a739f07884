//! `plan.read`, of all.

use chancery_domain::{Action, Plan};
use chancery_store::{List, PageRequest, plan};

use crate::{Context, Error, System};

/// A page of the caller's vendor's plans.
///
/// # Errors
/// The database's.
pub async fn list(system: &System, context: &Context, page: PageRequest) -> Result<List<Plan>, Error> {
    let permit = context.permit(Action::ReadPlan)?;
    system.store().read(move |tx| Ok(plan::list(tx, &permit, &page)?)).await
}
