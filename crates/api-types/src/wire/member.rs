//! Members of a request that may be absent, null, or must not be empty.

use chancery_domain::Invalid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::refuse;

/// A member of a PATCH that can be taken away. Use it with
/// `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// It is not there: nothing changes.
    #[default]
    Absent,
    /// It is null: the value is taken away.
    Null,
    /// A new value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether it is not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// As a double option: nothing for absent, an inner nothing for null. `convert` makes the domain's value.
    #[allow(clippy::option_option, reason = "it is how the domain says the same")]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Option<Option<U>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(convert(value))),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// Reads a member that may be absent, but not null: so that a null is not silently a member that was forgotten.
///
/// # Errors
/// Those of the value's own reader.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a list that must not be empty.
///
/// # Errors
/// `required` if it is; else those of the items' own readers.
pub fn at_least_one<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() { Err(refuse(Invalid::Required, "give at least one")) } else { Ok(items) }
}
