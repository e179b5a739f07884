//! `licensee.set-secret`: the vendor sets the secret, or sets another (SEC-4).

use chancery_domain::{Action, Licensee, LicenseeId, LicenseeSecret, Selector};
use chancery_store::Aggregate;

use super::{changed, locked, seal};
use crate::{Context, Error, System};

/// Sets a licensee's secret. Leases that run go on; the next validating call must bring it. It is stored also while the product's
/// mode does not use it.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn set_secret(
    system: &System,
    context: &Context,
    which: Selector<LicenseeId>,
    secret: LicenseeSecret,
) -> Result<Licensee, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::SetLicenseeSecret, aggregate, move |change| {
            let before = locked(change, &which)?;
            change.expect_version(&before)?;
            let stored = seal(&secret, change.random(), change.now);
            changed(change, &before, before.with_secret(stored))
        })
        .await
}
