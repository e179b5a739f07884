//! Why no token can be read from what somebody carried.

use std::fmt;

use crate::{Fault, TokenError};

/// Why no token can be read from a text, a file or codes (TOK-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedFault {
    /// There is none in it.
    Nothing,
    /// There are several.
    Several,
    /// Parts of several tokens, or of one that was parted in two ways.
    OtherParts,
    /// Some parts are not there.
    MissingParts(Missing),
    /// The parts are there, and do not make the token that they name.
    DamagedParts,
}

/// Which parts are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    count: u8,
    /// A bit for each number.
    numbers: [u64; 4],
}

impl Missing {
    /// Those numbers of `1..=count` that are missing.
    pub(super) fn of(count: u8, missing: impl Iterator<Item = u8>) -> Self {
        let mut numbers = [0; 4];
        for number in missing {
            if let Some(word) = numbers.get_mut(usize::from(number / 64)) {
                *word |= 1 << (number % 64);
            }
        }
        Self { count, numbers }
    }

    /// How many parts there are.
    #[must_use]
    pub const fn count(&self) -> u8 {
        self.count
    }

    /// The numbers of the missing ones, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u8> {
        let is_missing = |number: &u8| {
            let word = self.numbers.get(usize::from(number / 64)).copied().unwrap_or_default();
            word >> (number % 64) & 1 == 1
        };
        (1..=self.count).filter(is_missing)
    }
}

impl CarriedFault {
    /// A stable name of the fault.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "no_token",
            Self::Several => "several_tokens",
            Self::OtherParts => "other_parts",
            Self::MissingParts(_) => "missing_parts",
            Self::DamagedParts => "damaged_parts",
        }
    }
}

impl fmt::Display for CarriedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "there is none in what was given",
            Self::Several => "there are several in what was given; give one at a time",
            Self::OtherParts => "the parts are not all of one token; read the codes of one picture, or of one screen",
            Self::MissingParts(missing) => return missing.fmt(f),
            Self::DamagedParts => "its parts do not fit together; read the codes again",
        })
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<u8> = self.numbers().collect();
        let mut list = String::new();
        super::list(&mut list, &numbers);
        let (parts, are) = if numbers.len() == 1 { ("part", "is") } else { ("parts", "are") };
        write!(f, "of its {} parts, {parts} {list} {are} missing; read these codes too", self.count)
    }
}

impl From<CarriedFault> for TokenError {
    fn from(fault: CarriedFault) -> Self {
        Self::Malformed(Fault::Carried(fault))
    }
}
