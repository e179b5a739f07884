//! Quantities: integers that every JSON client can hold.

use std::fmt;

use crate::Invalid;

/// A count of seats, elements or uses: 0 to 2^53 − 1, so that JSON clients lose nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u64);

impl Quantity {
    /// The largest quantity, 2^53 − 1.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// None.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1);

    /// Takes a number.
    ///
    /// # Errors
    /// `OutOfRange` above [`Quantity::MAX`].
    pub const fn new(amount: u64) -> Result<Self, Invalid> {
        if amount > Self::MAX.0 { Err(Invalid::OutOfRange) } else { Ok(Self(amount)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum, at most [`Quantity::MAX`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let sum = self.0.saturating_add(other.0);
        if sum > Self::MAX.0 { Self::MAX } else { Self(sum) }
    }

    /// The difference, at least 0.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// This many percent of the amount, rounded down, at most [`Quantity::MAX`].
    #[must_use]
    pub fn percent(self, percent: u32) -> Self {
        let share = u128::from(self.0) * u128::from(percent) / 100;
        u64::try_from(share).map_or(Self::MAX, |share| Self(share.min(Self::MAX.0)))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
