//! Purging what was deleted 30 days ago, and going on with purges that were cut off (ENT-10).

use std::future::Future;

use chancery_domain::{Actor, Timestamp, Vendor};
use chancery_store::{ReadTx, StoreError, purge};

use crate::erasing::Purge;
use crate::{Context, Error, System, customer, entitlement, order};

/// How many things were purged, and how many could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many were.
    pub done: u64,
    /// How many could not be: they are tried again the next time.
    pub failed: u64,
}

/// Purges, for every vendor, what is due by the vendor's clock. Things that fail do not stop the others.
///
/// # Errors
/// The database's, where it cannot even be asked what is due.
pub async fn due(system: &System, clock: Timestamp, seed: [u8; 32]) -> Result<Purged, Error> {
    let mut purged = Purged::default();
    for vendor in system.vendors() {
        let now = system.vendor_now(&vendor, clock).await?;
        let context = &Context::new(Actor::Operator { vendor: vendor.id }, now, seed);
        let when = Purge::WhenDue;
        let each = |id| entitlement::purge_when(system, context, id, when);
        kind(system, &vendor, now, &mut purged, purge::due_entitlements, each).await?;
        let each = |id| order::purge_when(system, context, chancery_domain::Selector::Id(id), when);
        kind(system, &vendor, now, &mut purged, purge::due_orders, each).await?;
        let each = |id| customer::purge_when(system, context, chancery_domain::Selector::Id(id), when);
        kind(system, &vendor, now, &mut purged, purge::due_customers, each).await?;
    }
    Ok(purged)
}

/// Purges things of one kind, some at a time, as long as all goes well.
async fn kind<I, F>(
    system: &System,
    vendor: &Vendor,
    now: Timestamp,
    purged: &mut Purged,
    due: fn(&mut ReadTx<'_>, chancery_domain::VendorId, Timestamp) -> Result<Vec<I>, StoreError>,
    each: impl Fn(I) -> F,
) -> Result<(), Error>
where
    I: Send + 'static,
    F: Future<Output = Result<(), Error>>,
{
    let vendor = vendor.id;
    loop {
        let before = *purged;
        for id in system.store().read(move |tx| Ok::<_, Error>(due(tx, vendor, now)?)).await? {
            match each(id).await {
                Ok(()) => purged.done += 1,
                // Another server was faster, or somebody restored it.
                Err(Error::NotFound) => {}
                Err(error) => {
                    tracing::error!(detail = error.private(), "what was deleted could not be purged");
                    purged.failed += 1;
                }
            }
        }
        if purged.done == before.done || purged.failed > before.failed {
            return Ok(());
        }
    }
}
