//! `offering.delete`.

use chancery_domain::{Action, OfferingId, Selector};
use chancery_store::{Aggregate, offering};

use super::get;
use crate::{Context, Error, System};

/// Deletes an offering that was never sold.
///
/// # Errors
/// `NotFound`; `InUse` while entitlements have it; the database's.
pub async fn delete(system: &System, context: &Context, which: Selector<OfferingId>) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteOffering, aggregate, move |change| {
            let offering = get(change.tx, change.permit, &which)?;
            change.expect_version(&offering)?;
            let by = offering::references(change.tx, offering.vendor, offering.id)?;
            if !by.is_empty() {
                return Err(Error::InUse { by });
            }
            offering::delete(change.tx, change.permit, offering.id)?;
            change.record(offering.id, Some(&offering), None)
        })
        .await
}
