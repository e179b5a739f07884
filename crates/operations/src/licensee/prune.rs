//! Forgetting how many licensees came by themselves on days that are over (AUTO-1).

use chancery_domain::Timestamp;
use chancery_store::{Outcome, WriteTx, licensee};

use super::automatic::DAY;
use crate::{Error, System};

/// How long after its end a day is remembered, in microseconds: an hour, more than the clocks of two servers differ.
const MARGIN: i64 = 3_600 * 1_000_000;

/// Forgets what was counted on days that are over; a thousand counts at a time, so that nobody waits for it. Says how many.
///
/// Sandboxes' clocks run ahead: their days are forgotten when the server's clock is past them too.
///
/// # Errors
/// The database's.
pub async fn prune(system: &System, clock: Timestamp) -> Result<u64, Error> {
    let day = system.now(clock).shifted(-MARGIN).as_micros().div_euclid(DAY);
    let mut forgotten = 0;
    loop {
        let prune = move |tx: &mut WriteTx<'_>| Ok::<_, Error>(Outcome::Done(licensee::prune_automatic(tx, day)?));
        let pruned = system.store().write_unlocked(prune).await?;
        forgotten += pruned;
        if pruned < 1_000 {
            return Ok(forgotten);
        }
    }
}
