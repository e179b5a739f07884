//! `entitlement.renew`.

use chancery_domain::{Action, EntitlementId};

use super::EntitlementView;
use super::command::command;
use crate::{Context, Error, System};

/// Renews a subscription by its duration (ENT-4).
///
/// # Errors
/// `NotFound`; `Refused` for a perpetual license, or one that has not started; the database's.
pub async fn renew(system: &System, context: &Context, id: EntitlementId) -> Result<EntitlementView, Error> {
    let rule = |change: &mut crate::Change<'_, '_>, entitlement: &mut chancery_domain::Entitlement| {
        entitlement.renew(change.now)?;
        // What is held of counters until a renewal ends with this one.
        if !entitlement.hosting.holds().is_empty() {
            change.rehost(entitlement)?;
        }
        Ok(())
    };
    command(system, context, Action::RenewEntitlement, id, rule).await
}
