//! Whether the system can do its work: whoever distributes requests asks every few seconds.

use std::sync::atomic::{AtomicI64, Ordering};

use chancery_domain::Timestamp;
use chancery_store::{Outcome, heartbeat};

use crate::{Error, System};

/// A write that succeeded is believed for this long: 3 seconds, in microseconds. So nobody makes the disk work by asking.
const BELIEVED: i64 = 3_000_000;

/// When something was last written only to know that it can be.
#[derive(Debug)]
pub(crate) struct Pulse(AtomicI64);

impl Default for Pulse {
    fn default() -> Self {
        Self(AtomicI64::new(Timestamp::MIN.as_micros()))
    }
}

/// Whether the database answers and takes writes: a row is really written, because a full or broken disk shows itself by nothing
/// less.
///
/// # Errors
/// Why not.
pub async fn check(system: &System, clock: Timestamp) -> Result<(), Error> {
    let (Pulse(pulse), now) = (system.pulse(), clock.as_micros());
    let since = now.saturating_sub(pulse.load(Ordering::Relaxed));
    if (0..BELIEVED).contains(&since) {
        system.store().read(|tx| Ok::<_, Error>(heartbeat::last(tx)?)).await?;
        return Ok(());
    }
    let write = move |tx: &mut chancery_store::WriteTx<'_>| Ok::<_, Error>(Outcome::Done(heartbeat::beat(tx, clock)?));
    system.store().write_unlocked(write).await?;
    pulse.store(now, Ordering::Relaxed);
    Ok(())
}
