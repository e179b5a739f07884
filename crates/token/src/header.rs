//! The members of a protected header, as signed and sealed tokens read them alike (TOK-3).

use serde_json::{Map, Value};

use crate::claims::MOST_BYTES;
use crate::{Fault, json};

/// A header of which only the form was checked.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// Reads it. Of a longer token it is the claims that are long: before any key is known, nobody is believed so much.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MOST_BYTES { Err(Fault::TooLong) } else { json::object(bytes).map(Self) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A member that must be a text.
    pub(crate) fn text(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name).and_then(Value::as_str).ok_or(Fault::HeaderMember(name))
    }

    /// Refuses what changes how a token is read.
    pub(crate) fn refuse_extensions(&self) -> Result<(), Fault> {
        if self.get("zip").is_some() {
            return Err(Fault::Compressed);
        }
        // No critical extension is known: RFC 7515 demands that each one is refused, and an empty list is not allowed.
        if self.get("crit").is_some() { Err(Fault::Critical) } else { Ok(()) }
    }

    /// Refuses these members, by which a header brings keys of its own.
    pub(crate) fn refuse_keys(&self, names: &[&str]) -> Result<(), Fault> {
        if names.iter().any(|name| self.get(name).is_some()) { Err(Fault::KeyInHeader) } else { Ok(()) }
    }
}
