//! How the domain's values stand in columns: as the texts by which the world knows them.

use std::collections::BTreeMap;

use chancery_domain::{
    AttributeText, AttributeType, Concurrency, Deletion, DeviceKeys, Email, Enforcement, FeatureType, Key, KeyPurpose,
    LicenseStart, LicenseeNumber, Metadata, Mode, Name, Overdraft, PlanType, Reason, Reference, SeatId, SecretMode,
    Sku, Thumbprint, Timestamp, UsageReset,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Column, Columns, RawColumn, StoreError, Value, parse_text};

macro_rules! texts {
    ($($name:ty),* $(,)?) => {$(
        impl Column for $name {
            fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
                parse_text(raw, stringify!($name))
            }
        }

        impl<'a> From<&'a $name> for Value<'a> {
            fn from(value: &'a $name) -> Self {
                Self::Text(value.as_str().into())
            }
        }
    )*};
}

macro_rules! names {
    ($($name:ty),* $(,)?) => {$(
        impl Column for $name {
            fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
                parse_text(raw, stringify!($name))
            }
        }

        impl From<$name> for Value<'_> {
            fn from(value: $name) -> Self {
                Self::Text(value.name().into())
            }
        }
    )*};
}

texts! { AttributeText, Email, Key, LicenseeNumber, Name, Reason, Reference, SeatId, Sku, Thumbprint }
names! {
    AttributeType, Concurrency, DeviceKeys, Enforcement, FeatureType, KeyPurpose, LicenseStart, Mode, PlanType, SecretMode,
    UsageReset,
}
crate::text_column! { Overdraft }

impl Column for Metadata {
    fn read(raw: RawColumn<'_>) -> Result<Self, StoreError> {
        let map: BTreeMap<String, String> = from_json(&String::read(raw)?)?;
        Self::new(map).map_err(|invalid| StoreError::corrupt(format!("metadata: {invalid}")))
    }
}

impl From<&Metadata> for Value<'_> {
    fn from(value: &Metadata) -> Self {
        Self::Text(to_json(value.as_map()).into())
    }
}

/// Reads the two columns of a deletion.
pub(crate) fn deletion(c: &mut Columns<'_>) -> Result<Option<Deletion>, StoreError> {
    let (since, purge_at): (Option<Timestamp>, Option<Timestamp>) = (c.take()?, c.take()?);
    Ok(since.zip(purge_at).map(|(since, purge_at)| Deletion { since, purge_at }))
}

/// Writes a document column. The documents are maps and lists of texts and numbers, which JSON can always hold.
pub(crate) fn to_json<T: Serialize + ?Sized>(document: &T) -> String {
    serde_json::to_string(document).unwrap_or_default()
}

/// Reads a document column.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(format!("a document: {error}")))
}

/// Reads one of a document's texts.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt("a document with a text that does not parse"))
}
