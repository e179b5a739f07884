//! Overdraft: how far beyond an amount its users may go.

use std::fmt;
use std::str::FromStr;

use crate::{Invalid, Quantity};

/// How much may be taken beyond an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overdraft {
    /// Nothing.
    #[default]
    None,
    /// So many more.
    Absolute(Quantity),
    /// So many percent of the amount at this host, rounded down.
    Percentage(u32),
    /// Without bound.
    Unlimited,
}

impl Overdraft {
    /// The amount with its overdraft: the most that may be taken. Without bound it is [`Quantity::MAX`].
    #[must_use]
    pub fn limit(self, amount: Quantity) -> Quantity {
        match self {
            Self::None => amount,
            Self::Absolute(more) => amount.plus(more),
            Self::Percentage(percent) => amount.plus(amount.percent(percent)),
            Self::Unlimited => Quantity::MAX,
        }
    }
}

impl fmt::Display for Overdraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Absolute(more) => write!(f, "absolute {more}"),
            Self::Percentage(percent) => write!(f, "percentage {percent}"),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

impl FromStr for Overdraft {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = |text: &str| text.parse().map_err(|_| Invalid::BadFormat);
        match text.split_once(' ') {
            None if text == "none" => Ok(Self::None),
            None if text == "unlimited" => Ok(Self::Unlimited),
            Some(("absolute", more)) => Quantity::new(number(more)?).map(Self::Absolute),
            Some(("percentage", percent)) => percent.parse().map(Self::Percentage).map_err(|_| Invalid::BadFormat),
            _ => Err(Invalid::BadFormat),
        }
    }
}
