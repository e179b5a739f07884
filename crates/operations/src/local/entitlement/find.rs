//! `local.entitlement.read`, of one.

use chancery_domain::{Action, EntitlementId};

use super::HostedView;
use crate::{Context, Error, System};

/// One entitlement that is hosted here.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: EntitlementId) -> Result<HostedView, Error> {
    let permit = context.permit(Action::ReadHosted)?;
    let now = context.now();
    system.store().read(move |tx| HostedView::load(tx, &permit, id, now)).await
}
