//! `licensee.reset-secret`: the licensee has no secret any more (SEC-4).

use chancery_domain::{Action, Licensee, LicenseeId, SecretMode, Selector};
use chancery_store::Aggregate;

use super::{changed, locked};
use crate::{Context, Error, System};

/// Forgets a licensee's secret. Leases that run go on. With the mode `client` the next validating call that brings a secret stores it,
/// and a first one that was set at a local server until now, which may not have told it, does not count (SEC-2); with `predefined`
/// nothing works until the vendor sets another. In other modes than `client` one that has none stays as it is.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn reset_secret(system: &System, context: &Context, which: Selector<LicenseeId>) -> Result<Licensee, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::ResetLicenseeSecret, aggregate, move |change| {
            let before = locked(change, &which)?;
            change.expect_version(&before)?;
            if before.secret.is_none() && before.secret_mode != SecretMode::Client {
                return Ok(before);
            }
            changed(change, &before, Licensee { secret: None, secret_cleared: Some(change.now), ..before.clone() })
        })
        .await
}
