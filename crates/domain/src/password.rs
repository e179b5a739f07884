//! Passwords of people, as they come from them: to be hashed, and for nothing else.

use crate::Invalid;

/// A password: 12–256 characters, taken as they are. It has no `Debug` (API-7).
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The fewest characters.
    pub const SHORTEST: usize = 12;
    /// The most characters: enough for any sentence, and little enough to be hashed.
    pub const LONGEST: usize = 256;

    /// Checks a password.
    ///
    /// # Errors
    /// `Required` for an empty one, `OutOfRange` for a short one, `TooLong` over 256 characters.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        match text.chars().take(Self::LONGEST + 1).count() {
            0 => Err(Invalid::Required),
            length if length < Self::SHORTEST => Err(Invalid::OutOfRange),
            length if length > Self::LONGEST => Err(Invalid::TooLong),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
