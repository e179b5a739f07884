//! Forgetting what was done under idempotency keys more than a day ago, and the tokens that are kept to be told again (SAFE-1).

use chancery_domain::Timestamp;
use chancery_store::{Outcome, StoreError, WriteTx, export_session, receipt};

use crate::change::MEMORY;
use crate::{Error, System};

/// Forgets what nobody may ask for any more; a thousand at a time, so that nobody waits for it. Says how many.
///
/// Sandboxes' clocks run ahead: what they keep is forgotten when the server's clock is past it too.
///
/// # Errors
/// The database's.
pub async fn prune(system: &System, clock: Timestamp) -> Result<u64, Error> {
    let receipts = all(system, clock, receipt::prune).await?;
    Ok(receipts + all(system, clock, export_session::forget_texts).await?)
}

async fn all(
    system: &System,
    clock: Timestamp,
    some: fn(&mut WriteTx<'_>, Timestamp) -> Result<u64, StoreError>,
) -> Result<u64, Error> {
    let oldest = system.now(clock).shifted(-MEMORY);
    let mut forgotten = 0;
    loop {
        let pruned = system.store().write_unlocked(move |tx| Ok::<_, Error>(Outcome::Done(some(tx, oldest)?))).await?;
        forgotten += pruned;
        if pruned < 1_000 {
            return Ok(forgotten);
        }
    }
}
