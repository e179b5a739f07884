//! Values that come out of rows.

use chancery_domain as domain;
use chancery_domain::{Quantity, Timestamp};

use super::StoreError;

/// One column of a row, as the engine gave it. SQLite has no booleans: they are integers there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawColumn<'r> {
    /// `NULL`.
    Null,
    /// A `BIGINT` (or on SQLite a `BOOLEAN`).
    Int(i64),
    /// A `BOOLEAN` on PostgreSQL.
    Bool(bool),
    /// A `TEXT`.
    Text(&'r str),
    /// A `BLOB`.
    Blob(&'r [u8]),
    /// A type that is not used here, by name. (The sum of `BIGINT`s is one on PostgreSQL: cast it to `BIGINT`.)
    Foreign(&'r str),
}

/// A type that can be read from a column.
pub trait Column: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the column holds something else.
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError>;
}

/// A cursor over one row: each [`take`](Self::take) reads the next column of the `SELECT` list.
#[derive(Debug)]
pub struct Columns<'r> {
    row: Row<'r>,
    next: usize,
}

#[derive(Debug)]
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Columns<'r> {
    pub(crate) fn new(row: Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it holds something else, or if there is none.
    pub fn take<T: Column>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        let raw = match self.row {
            Row::Sqlite(row) => super::sqlite::column(row, index),
            Row::Postgres(row) => super::postgres::column(row, index),
        };
        raw.and_then(T::read).map_err(|error| at(index, error))
    }
}

fn at(index: usize, error: StoreError) -> StoreError {
    match error {
        StoreError::Corrupt { what } => StoreError::Corrupt { what: format!("column {}: {what}", index + 1) },
        other => other,
    }
}

fn unexpected(wanted: &str, raw: RawColumn<'_>) -> StoreError {
    // Only the kind: the value itself may be personal or secret.
    let found = match raw {
        RawColumn::Null => "NULL",
        RawColumn::Int(_) => "an integer",
        RawColumn::Bool(_) => "a boolean",
        RawColumn::Text(_) => "a text",
        RawColumn::Blob(_) => "a blob",
        RawColumn::Foreign(name) => name,
    };
    StoreError::corrupt(format!("expected {wanted}, found {found}"))
}

impl Column for i64 {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Int(value) => Ok(value),
            other => Err(unexpected("an integer", other)),
        }
    }
}

macro_rules! integers {
    ($($name:ty),*) => {
        $(impl Column for $name {
            fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
                let value = i64::read(raw)?;
                value.try_into().map_err(|_| StoreError::corrupt(format!("{value} is out of range")))
            }
        })*
    };
}

integers!(u64, u32, u16, i32);

impl Column for bool {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Bool(value) => Ok(value),
            RawColumn::Int(0) => Ok(false),
            RawColumn::Int(1) => Ok(true),
            other => Err(unexpected("a boolean", other)),
        }
    }
}

impl Column for String {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Text(value) => Ok(value.to_owned()),
            other => Err(unexpected("a text", other)),
        }
    }
}

impl Column for Vec<u8> {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Blob(value) => Ok(value.to_owned()),
            other => Err(unexpected("a blob", other)),
        }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Blob(value) => {
                value.try_into().map_err(|_| StoreError::corrupt(format!("a blob of {} bytes, not {N}", value.len())))
            }
            other => Err(unexpected("a blob", other)),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        match raw {
            RawColumn::Null => Ok(None),
            other => T::read(other).map(Some),
        }
    }
}

impl Column for Timestamp {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        Self::from_micros(i64::read(raw)?).map_err(|_| StoreError::corrupt("a time outside of the years 1 to 9999"))
    }
}

impl Column for Quantity {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        Self::new(u64::read(raw)?).map_err(|_| StoreError::corrupt("a quantity above 2^53 - 1"))
    }
}

/// Reads a text through `FromStr`, without copying it first.
#[doc(hidden)]
pub fn parse_text<T: std::str::FromStr>(raw: RawColumn<'_>, name: &str) -> Result<T, StoreError> {
    match raw {
        RawColumn::Text(text) => text.parse().map_err(|_| StoreError::corrupt(format!("a text that is no {name}"))),
        other => Err(unexpected(name, other)),
    }
}

/// Makes types that have `Display` and `FromStr` usable as parameters and as columns, stored as their text.
#[macro_export]
macro_rules! text_column {
    ($($name:ty),* $(,)?) => {
        $(
            impl $crate::Column for $name {
                fn read(raw: $crate::RawColumn<'_>) -> Result<Self, $crate::StoreError> {
                    $crate::parse_text(raw, stringify!($name))
                }
            }

            impl From<$name> for $crate::Value<'_> {
                fn from(value: $name) -> Self {
                    Self::Text(value.to_string().into())
                }
            }
        )*
    };
}

text_column! {
    domain::VendorId, domain::CustomerId, domain::ContactId, domain::ProductId, domain::EditionId, domain::PlanId,
    domain::OfferingId, domain::OrderId, domain::EntitlementId, domain::ActivationId, domain::ActivationCodeId,
    domain::FeatureId, domain::AttributeId, domain::ApiKeyId, domain::SigningKeyId, domain::EventId,
    domain::LicenseeId, domain::LocalServerId, domain::SiteId, domain::ExportSessionId, domain::LicenseKeyId,
    domain::OpenIdProviderId, domain::UserId, domain::Interval, domain::Period,
}
