//! The vendor's clock as the machines of the demo see it: that of this machine, moved ahead as far as the vendor's (CLK-1).

use std::sync::atomic::{AtomicI64, Ordering};

use chancery_client::{Clock, SystemClock, Timestamp};

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// A clock that runs ahead of the machine's.
#[derive(Debug, Default)]
pub(super) struct VendorClock {
    ahead: AtomicI64,
}

impl VendorClock {
    /// The vendor's clock shows this now.
    pub(super) fn set(&self, now: Timestamp) {
        self.ahead.store(now.as_micros() - SystemClock.now().as_micros(), Ordering::Relaxed);
    }

    /// The vendor's clock in the form that `--sandbox-clock` takes. The demo moves it by whole days.
    pub(super) fn to_file(&self) -> String {
        let days = (self.ahead.load(Ordering::Relaxed) + DAY / 2) / DAY;
        if (1..=32_767).contains(&days) { format!("+{days}d") } else { self.now().to_string() }
    }
}

impl Clock for VendorClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().shifted(self.ahead.load(Ordering::Relaxed))
    }

    fn is_movable(&self) -> bool {
        true
    }
}
