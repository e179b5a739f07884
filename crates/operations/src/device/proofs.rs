//! Forgetting device proofs that nobody can use any more (TOK-10).

use chancery_domain::Timestamp;
use chancery_store::{Outcome, WriteTx, device_proof};

use crate::{Error, System};

/// How long after its end a proof is remembered, in microseconds: an hour, more than the clocks of two servers differ.
const MARGIN: i64 = 3_600 * 1_000_000;

/// Forgets the device proofs that have ended; a thousand at a time, so that nobody waits for it. Says how many.
///
/// Sandboxes' clocks run ahead: their proofs are forgotten when the server's clock is past them too.
///
/// # Errors
/// The database's.
pub async fn prune(system: &System, clock: Timestamp) -> Result<u64, Error> {
    let oldest = system.now(clock).shifted(-MARGIN);
    let mut forgotten = 0;
    loop {
        let prune = move |tx: &mut WriteTx<'_>| Ok::<_, Error>(Outcome::Done(device_proof::prune(tx, oldest)?));
        let pruned = system.store().write_unlocked(prune).await?;
        forgotten += pruned;
        if pruned < 1_000 {
            return Ok(forgotten);
        }
    }
}
