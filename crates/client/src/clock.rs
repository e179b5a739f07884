//! Clocks: the single place where the SDK asks what time it is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use chancery_domain::{Interval, Timestamp, Unit};

use crate::Error;

/// What tells the time. A server's time decides about rights; this one only tells whether a lease has ended here, and is not
/// believed if it is earlier than what is proved (OFF-11).
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// How long it has been running, by a clock that nobody sets and that never goes back: what proves that time went by (OFF-11).
    /// Where it begins does not matter. The default is the system's monotonic clock.
    fn running(&self) -> Duration {
        static BEGUN: OnceLock<Instant> = OnceLock::new();
        BEGUN.get_or_init(Instant::now).elapsed()
    }

    /// Whether the clock can be moved, and so is only for sandbox vendors (CLK-1). Time does not prove itself by such a clock
    /// as it runs, only by what is signed: so it can be moved forth and back, but not to before the newest token (OFF-11).
    fn is_movable(&self) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[allow(clippy::disallowed_methods, reason = "this is the one clock")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).ok().and_then(|now| Timestamp::from_micros(now).ok()).unwrap_or(Timestamp::MAX)
    }
}

/// A clock that stands still: for tests of products against sandbox vendors.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn is_movable(&self) -> bool {
        true
    }
}

/// A clock that a file moves (CLK-1): the file holds an instant of RFC 3339, at which the clock stands, or an offset from
/// the machine's clock such as `+40d` (`m` minutes, `h` hours, `d` days, `w` weeks, `mo` months, `y` years).
///
/// The file is read each time the clock is asked, so that a test moves the clock of a running program. While the file cannot
/// be read, the last reading holds.
#[derive(Debug)]
pub struct SandboxClock {
    file: PathBuf,
    last: Mutex<Setting>,
}

#[derive(Clone, Copy, Debug)]
enum Setting {
    At(Timestamp),
    Ahead(Interval),
}

impl SandboxClock {
    /// The clock of this file.
    ///
    /// # Errors
    /// `configuration_invalid` if the file cannot be read, or holds neither an instant nor an offset.
    pub fn open(file: impl Into<PathBuf>) -> Result<Self, Error> {
        let file = file.into();
        let last = Mutex::new(read(&file).map_err(Error::Configuration)?);
        Ok(Self { file, last })
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(setting) = read(&self.file) {
            *last = setting;
        }
        match *last {
            Setting::At(instant) => instant,
            Setting::Ahead(interval) => SystemClock.now().plus(interval),
        }
    }

    fn is_movable(&self) -> bool {
        true
    }
}

fn read(file: &Path) -> Result<Setting, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    setting(text.trim())
        .ok_or_else(|| format!("{}: give an instant, or an offset such as +40d, for the clock", file.display()))
}

fn setting(text: &str) -> Option<Setting> {
    let Some(offset) = text.strip_prefix('+') else {
        return text.parse().ok().map(Setting::At);
    };
    let digits = offset.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = offset.split_at_checked(digits)?;
    let unit = match unit {
        "m" => Unit::Minute,
        "h" => Unit::Hour,
        "d" => Unit::Day,
        "w" => Unit::Week,
        "mo" => Unit::Month,
        "y" => Unit::Year,
        _ => return None,
    };
    Interval::new(unit, count.parse().ok()?).ok().map(Setting::Ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clk_1_the_file_moves_the_clock_while_it_is_used() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "2030-01-31T10:00:00Z\n").unwrap();
        let clock = SandboxClock::open(file.path()).unwrap();
        assert_eq!(clock.now().to_string(), "2030-01-31T10:00:00Z");
        std::fs::write(file.path(), "+40d").unwrap();
        let ahead = clock.now().as_seconds() - SystemClock.now().as_seconds();
        assert!((40 * 86_400 - 5..=40 * 86_400 + 5).contains(&ahead), "{ahead}");
        std::fs::write(file.path(), "gibberish").unwrap();
        assert!(clock.now() > SystemClock.now(), "the last reading holds");
    }

    #[test]
    fn clk_1_what_is_neither_instant_nor_offset_is_refused() {
        for text in ["", "+", "+d", "+0d", "40d", "+40", "+40s", "+99999d", "-40d", "tomorrow"] {
            assert!(setting(text).is_none(), "{text}");
        }
        for text in ["+5m", "+5h", "+5d", "+5w", "+5mo", "+5y", "2030-01-31T10:00:00+02:00"] {
            assert!(setting(text).is_some(), "{text}");
        }
    }
}
