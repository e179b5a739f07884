//! How the reply to a call is remembered and told again (SAFE-1).

use crate::{Change, Error};

/// A result that can be told again out of a few facts.
///
/// The facts are such that never change, such as an id; the rest is read anew, and signatures are made anew with the same ids
/// and instants. So a retry sees the thing as it is now.
pub trait Remembered: Sized {
    /// The facts.
    fn facts(&self) -> String;

    /// What was shown once and cannot be read again: it is kept for a day, encrypted for the caller alone.
    fn secret(&self) -> Option<String> {
        None
    }

    /// The result again.
    ///
    /// # Errors
    /// `NotFound` if the thing is gone meanwhile; the database's.
    fn recall(change: &mut Change<'_, '_>, facts: &str, secret: Option<String>) -> Result<Self, Error>;
}

/// Nothing is left to tell: a deletion.
impl Remembered for () {
    fn facts(&self) -> String {
        String::new()
    }

    fn recall(_: &mut Change<'_, '_>, _: &str, _: Option<String>) -> Result<Self, Error> {
        Ok(())
    }
}

/// Reads a fact that this program wrote.
pub(crate) fn fact<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::internal("a receipt with an unreadable fact"))
}
