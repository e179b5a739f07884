//! `activation.read`, of one.

use chancery_domain::{Action, ActivationId};

use super::ActivationView;
use crate::{Context, Error, System};

/// One activation of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: ActivationId) -> Result<ActivationView, Error> {
    let permit = context.permit(Action::ReadActivation)?;
    let now = context.now();
    system.store().read(move |tx| ActivationView::load(tx, &permit, id, now)).await
}
