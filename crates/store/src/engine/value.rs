//! Values that go into statements.

use std::borrow::Cow;

use chancery_domain::{Quantity, Timestamp};

/// One parameter of a statement. Make it with `From`, or a list of them with [`params!`](crate::params).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `NULL`.
    Null,
    /// A `BIGINT`.
    Int(i64),
    /// A `BOOLEAN`.
    Bool(bool),
    /// A `TEXT`.
    Text(Cow<'a, str>),
    /// A `BLOB`.
    Blob(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// The same value, of its own.
    pub(crate) fn to_owned(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(value) => Value::Int(*value),
            Self::Bool(value) => Value::Bool(*value),
            Self::Text(value) => Value::Text(Cow::Owned(value.clone().into_owned())),
            Self::Blob(value) => Value::Blob(Cow::Owned(value.clone().into_owned())),
        }
    }
}

/// A statement's parameters: `params![id, now, name]` is `&[Value::from(id), …]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u16> for Value<'_> {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(value.into())
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(value.as_slice().into())
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(value.into())
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value.into())
    }
}

impl From<Timestamp> for Value<'_> {
    /// Microseconds since 1970.
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_micros())
    }
}

impl From<Quantity> for Value<'_> {
    fn from(value: Quantity) -> Self {
        // At most 2^53 − 1 by its type, so the conversion cannot fail.
        Self::Int(i64::try_from(value.get()).unwrap_or(i64::MAX))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
