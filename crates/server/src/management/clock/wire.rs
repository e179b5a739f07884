//! The clock, as it is shown.

use chancery_api_types::management::Clock;
use chancery_operations::clock::ClockReading;

pub(super) fn clock(reading: ClockReading) -> Clock {
    Clock { now: reading.now.into(), sandbox: reading.sandbox }
}
