//! Instants, calendar intervals and periods: all of Chancery's arithmetic on time.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::{SignedDuration, Span};

use crate::Invalid;

/// Where the numbers of instants begin. Reckoning from here with civil times reaches the end of 9999; jiff's own instants
/// stop a day before it.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A UTC instant with microseconds, between the years 1 and 9999.
///
/// Its text is RFC 3339 with `Z`; its number is microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest instant that has a text, 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The last instant that has a text; where a rule says "never", arithmetic ends here.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// Takes microseconds since the Unix epoch.
    ///
    /// # Errors
    /// `OutOfRange` outside of the years 1 to 9999.
    pub const fn from_micros(micros: i64) -> Result<Self, Invalid> {
        if micros < Self::MIN.0 || micros > Self::MAX.0 {
            return Err(Invalid::OutOfRange);
        }
        Ok(Self(micros))
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down: what a JWT calls a `NumericDate`.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds since the Unix epoch.
    ///
    /// # Errors
    /// `OutOfRange` outside of the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Self, Invalid> {
        Self::from_micros(seconds.checked_mul(1_000_000).ok_or(Invalid::OutOfRange)?)
    }

    /// This instant moved by microseconds, kept within [`Timestamp::MIN`] and [`Timestamp::MAX`].
    #[must_use]
    pub const fn shifted(self, micros: i64) -> Self {
        let moved = self.0.saturating_add(micros);
        if moved < Self::MIN.0 {
            Self::MIN
        } else if moved > Self::MAX.0 {
            Self::MAX
        } else {
            Self(moved)
        }
    }

    /// Reads when a release of a product was made (ENT-5): an instant, or a day, which means its first instant in UTC.
    ///
    /// # Errors
    /// `BadFormat`.
    pub fn of_release(text: &str) -> Result<Self, Invalid> {
        let day = text.len() == 10;
        if day { format!("{text}T00:00:00Z").parse() } else { text.parse() }
    }

    /// The end of an interval that starts here. Calendar arithmetic in UTC: a day past the month's end becomes its last
    /// day; past the year 9999 it is [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, interval: Interval) -> Self {
        let count = i64::from(interval.count);
        let span = match interval.unit {
            Unit::Minute => return self.shifted(count * 60_000_000),
            Unit::Hour => return self.shifted(count * 3_600_000_000),
            Unit::Day => return self.shifted(count * 86_400_000_000),
            Unit::Week => return self.shifted(count * 7 * 86_400_000_000),
            Unit::Month => Span::new().try_months(count),
            Unit::Year => Span::new().try_years(count),
        };
        span.and_then(|span| self.civil().checked_add(span)).map_or(Self::MAX, Self::from_civil)
    }

    /// 00:00 UTC on the first day of this instant's month: where a `monthly` counter last began.
    #[must_use]
    pub fn month_start(self) -> Self {
        let date = self.civil().date().first_of_month();
        Self::from_civil(date.to_datetime(jiff::civil::Time::midnight()))
    }

    /// Where the `monthly` counter ends that ran until this instant: at itself, if a month ends there.
    #[must_use]
    pub fn month_end(self) -> Self {
        self.shifted(-1).month_start().plus(Interval::days(32)).month_start()
    }

    fn civil(self) -> DateTime {
        EPOCH.saturating_add(SignedDuration::from_micros(self.0))
    }

    fn from_civil(civil: DateTime) -> Self {
        Self::from_micros(micros_of(civil)).unwrap_or(Self::MAX)
    }
}

/// Microseconds since the epoch; what is finer is cut off, before the epoch too.
fn micros_of(civil: DateTime) -> i64 {
    let nanos = civil.duration_since(EPOCH).as_nanos();
    i64::try_from(nanos.div_euclid(1_000)).unwrap_or(i64::MAX)
}

/// Whether a text is RFC 3339, and not another of the forms of ISO 8601. The digits are checked by whoever reads them.
fn is_rfc_3339(text: &str) -> bool {
    let b = text.as_bytes();
    let at = |i: usize| b.get(i).copied().unwrap_or_default();
    let from_end = |i: usize| b.len().checked_sub(i).map_or(0, at);
    let shaped = at(4) == b'-' && at(7) == b'-' && matches!(at(10), b'T' | b't') && at(13) == b':' && at(16) == b':';
    let zulu = matches!(from_end(1), b'Z' | b'z');
    let offset = matches!(from_end(6), b'+' | b'-') && from_end(3) == b':';
    shaped && (zulu || offset) && matches!(at(19), b'.' | b'Z' | b'z' | b'+' | b'-')
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )?;
        let micros = self.0.rem_euclid(1_000_000);
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// Reads RFC 3339 with any offset; what is finer than a microsecond is cut off.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let pieces = Pieces::parse(text).map_err(|_| Invalid::BadFormat)?;
        let (Some(time), Some(offset), true) = (pieces.time(), pieces.to_numeric_offset(), is_rfc_3339(text)) else {
            return Err(Invalid::BadFormat);
        };
        let ahead = SignedDuration::from_secs(i64::from(offset.seconds()));
        let civil = pieces.date().to_datetime(time).checked_sub(ahead).map_err(|_| Invalid::OutOfRange)?;
        Self::from_micros(micros_of(civil))
    }
}

/// A unit of calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// Every unit, the shortest first.
    pub const ALL: [Self; 6] = [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The unit's wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// A length of calendar time, such as one month or 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    unit: Unit,
    count: u16,
}

impl Interval {
    /// The largest count.
    pub const MAX_COUNT: u16 = 32_767;

    /// Takes `count` units.
    ///
    /// # Errors
    /// `OutOfRange` unless `count` is 1 to 32767.
    pub const fn new(unit: Unit, count: u64) -> Result<Self, Invalid> {
        if count < 1 || count > Self::MAX_COUNT as u64 {
            return Err(Invalid::OutOfRange);
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked above")]
        Ok(Self { unit, count: count as u16 })
    }

    /// So many days, without a check at run time: for defaults.
    #[must_use]
    pub const fn days(count: u16) -> Self {
        assert!(count >= 1 && count <= Self::MAX_COUNT, "an interval has 1 to 32767 days");
        Self { unit: Unit::Day, count }
    }

    /// The unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// How many of the unit: 1 to 32767.
    #[must_use]
    pub const fn count(self) -> u16 {
        self.count
    }
}

impl fmt::Display for Interval {
    /// `30 days`, `1 year`; [`FromStr`] reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

impl FromStr for Interval {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (count, unit) = text.split_once(' ').ok_or(Invalid::BadFormat)?;
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        let unit = Unit::ALL.into_iter().find(|known| known.name() == unit).ok_or(Invalid::BadFormat)?;
        Self::new(unit, count.parse().map_err(|_| Invalid::BadFormat)?)
    }
}

/// An interval, or `"unlimited"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// It ends.
    Limited(Interval),
    /// It has no end.
    Unlimited,
}

impl Period {
    /// When the period ends that starts at `from`; nothing if it never does.
    #[must_use]
    pub fn end(self, from: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Limited(interval) => Some(from.plus(interval)),
            Self::Unlimited => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limited(interval) => interval.fmt(f),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

impl FromStr for Period {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "unlimited" { Ok(Self::Unlimited) } else { text.parse().map(Self::Limited) }
    }
}
