//! Texts that only the API knows: notes, and the date of a release.

use std::fmt;
use std::str::FromStr;

use chancery_domain::{Invalid, Timestamp};

/// What the vendor's staff note: at most 10,000 characters, perhaps none, line breaks allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(String);

impl Notes {
    /// The most characters.
    pub const LONGEST: usize = 10_000;

    /// Checks a text.
    ///
    /// # Errors
    /// `TooLong`.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if text.chars().count() > Self::LONGEST { Err(Invalid::TooLong) } else { Ok(Self(text)) }
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Notes {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

/// When a release of a product was made (ENT-5). A day means its first instant in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseDate(pub Timestamp);

impl fmt::Display for ReleaseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ReleaseDate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Timestamp::of_release(text).map(Self)
    }
}

/// Whether an activation code ends in the check character of those that Chancery makes (LIC-2): a mistyped one does not, and codes that
/// a vendor brought need not.
#[must_use]
pub fn ends_as_made(code: &str) -> bool {
    chancery_domain::CodeText::read(code).is_ok_and(|code| code.has_valid_check())
}
