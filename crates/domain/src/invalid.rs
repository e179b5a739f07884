//! Why a value cannot be taken: the codes inside a `validation_failed` problem.

use std::fmt;

/// What is wrong with one value. Each has a stable code on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Invalid {
    /// It must be given.
    Required,
    /// There is no such member.
    UnknownField,
    /// It has too many characters.
    TooLong,
    /// It is a number or a time outside of what is allowed.
    OutOfRange,
    /// It does not have the form of such a value.
    BadFormat,
    /// It stands there twice.
    Duplicate,
    /// It is a value that machines report when they have none (LIC-3).
    DummyValue,
    /// It names something that does not exist.
    Unknown,
    /// It cannot be combined with another member, or cannot be changed.
    NotAllowed,
}

impl Invalid {
    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::TooLong => "too_long",
            Self::OutOfRange => "out_of_range",
            Self::BadFormat => "bad_format",
            Self::Duplicate => "duplicate",
            Self::DummyValue => "dummy_value",
            Self::Unknown => "unknown",
            Self::NotAllowed => "not_allowed",
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Required => "must be given",
            Self::UnknownField => "is not a known member",
            Self::TooLong => "is too long",
            Self::OutOfRange => "is out of range",
            Self::BadFormat => "does not have the right form",
            Self::Duplicate => "is there already",
            Self::DummyValue => "is a placeholder, not a real value",
            Self::Unknown => "does not exist",
            Self::NotAllowed => "cannot be used here",
        })
    }
}

impl std::error::Error for Invalid {}

/// One invalid member of a request: where it is, what is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The member's path, such as `items[0].seats`.
    pub path: String,
    /// What is wrong.
    pub invalid: Invalid,
    /// What would be right, in a sentence.
    pub detail: String,
}

impl FieldError {
    /// An error at a path.
    pub fn new(path: impl Into<String>, invalid: Invalid, detail: impl Into<String>) -> Self {
        Self { path: path.into(), invalid, detail: detail.into() }
    }
}
