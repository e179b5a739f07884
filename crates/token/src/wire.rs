//! How claims stand in JSON where serde's own way is not the tokens' way. For `#[serde(with = "…")]`.

use std::fmt::Display;
use std::str::FromStr;

use chancery_domain::Timestamp;
use serde::{Deserialize, Deserializer as D, Serializer as S};

/// Ids and instants as their texts.
pub(crate) mod text {
    use super::{D, Deserialize as _, Display, FromStr, S};

    pub(crate) fn serialize<T: Display, Z: S>(value: &T, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T: FromStr, Z: D<'de>>(deserializer: Z) -> Result<T, Z::Error> {
        super::parsed(&String::deserialize(deserializer)?)
    }
}

/// The same, or `null`. Without `#[serde(default)]` the member is required: what is missing must not read as "no limit".
pub(crate) mod text_or_null {
    use super::{D, Deserialize as _, Display, FromStr, S};

    pub(crate) fn serialize<T: Display, Z: S>(value: &Option<T>, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: FromStr, Z: D<'de>>(deserializer: Z) -> Result<Option<T>, Z::Error> {
        Option::<String>::deserialize(deserializer)?.map(|text| super::parsed(&text)).transpose()
    }
}

/// The same, `null`, or not there at all: three different things. For members with `default` and `skip_serializing_if`.
pub(crate) mod text_null_or_absent {
    use super::{D, Display, FromStr, S, text_or_null};

    pub(crate) fn serialize<T: Display, Z: S>(value: &Option<Option<T>>, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match value {
            Some(value) => text_or_null::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: FromStr, Z: D<'de>>(deserializer: Z) -> Result<Option<Option<T>>, Z::Error> {
        text_or_null::deserialize(deserializer).map(Some)
    }
}

/// Lists of ids and instants as their texts.
pub(crate) mod texts {
    use super::{D, Deserialize as _, Display, FromStr, S};

    pub(crate) fn serialize<T: Display, Z: S>(values: &[T], serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(values.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, T: FromStr, Z: D<'de>>(deserializer: Z) -> Result<Vec<T>, Z::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().map(|text| super::parsed(text)).collect()
    }
}

/// 32 bytes as base64url.
pub(crate) mod bytes_32 {
    use serde::de::Error as _;

    use super::{D, Deserialize as _, S};
    use crate::hash::{base64url, from_base64url};

    pub(crate) fn serialize<Z: S>(value: &[u8; 32], serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.serialize_str(&base64url(value))
    }

    pub(crate) fn deserialize<'de, Z: D<'de>>(deserializer: Z) -> Result<[u8; 32], Z::Error> {
        let bytes = from_base64url(&String::deserialize(deserializer)?);
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| Z::Error::custom("32 bytes in base64url"))
    }
}

/// Instants as `NumericDate`: whole seconds, rounded down.
pub(crate) mod seconds {
    use super::{D, Deserialize as _, S, Timestamp};

    pub(crate) fn serialize<Z: S>(value: &Timestamp, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.serialize_u64(super::numeric_date(*value))
    }

    pub(crate) fn deserialize<'de, Z: D<'de>>(deserializer: Z) -> Result<Timestamp, Z::Error> {
        super::from_numeric_date(u64::deserialize(deserializer)?)
    }
}

/// A flattened end: `exp` in whole seconds and a member of its own exactly, both or neither, and of the same instant.
macro_rules! ends {
    ($($(#[$doc:meta])* $module:ident = $exact:tt;)*) => { $(
        $(#[$doc])*
        pub(crate) mod $module {
            use serde::Serialize;
            use serde::de::Error as _;

            use super::{D, Deserialize, S, Timestamp};

            #[derive(Serialize, Deserialize)]
            struct Wire {
                #[serde(default, skip_serializing_if = "Option::is_none")]
                exp: Option<u64>,
                #[serde(
                    rename = $exact,
                    default,
                    skip_serializing_if = "Option::is_none",
                    with = "super::text_or_null"
                )]
                exact: Option<Timestamp>,
            }

            pub(crate) fn serialize<Z: S>(value: &Option<Timestamp>, serializer: Z) -> Result<Z::Ok, Z::Error> {
                Wire { exp: value.map(super::numeric_date), exact: *value }.serialize(serializer)
            }

            pub(crate) fn deserialize<'de, Z: D<'de>>(deserializer: Z) -> Result<Option<Timestamp>, Z::Error> {
                let wire = Wire::deserialize(deserializer)?;
                if wire.exp != wire.exact.map(super::numeric_date) {
                    return Err(Z::Error::custom(concat!("exp and ", $exact, " differ")));
                }
                Ok(wire.exact)
            }
        }
    )* };
}

ends! {
    /// A lease's end.
    lease_end = "leaseExpiry";
    /// A delegation's end.
    delegation_end = "delegationExpiry";
}

/// An optional interval `{unit, count}`, or `null`; the member is required.
pub(crate) mod interval_or_null {
    use chancery_domain::{Interval, Unit};
    use serde::Serialize;
    use serde::de::Error as _;

    use super::{D, Deserialize, S};

    #[derive(Serialize, Deserialize)]
    struct Wire {
        unit: String,
        count: u64,
    }

    pub(crate) fn serialize<Z: S>(value: &Option<Interval>, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let wire = value.map(|it| Wire { unit: it.unit().name().to_owned(), count: it.count().into() });
        wire.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, Z: D<'de>>(deserializer: Z) -> Result<Option<Interval>, Z::Error> {
        let Some(wire) = Option::<Wire>::deserialize(deserializer)? else { return Ok(None) };
        let unit = Unit::ALL.into_iter().find(|unit| unit.name() == wire.unit);
        let unit = unit.ok_or_else(|| Z::Error::custom("unit"))?;
        Interval::new(unit, wire.count).map(Some).map_err(Z::Error::custom)
    }
}

/// Any optional value that is required to be there, if only as `null`.
pub(crate) fn or_null<'de, T: Deserialize<'de>, Z: D<'de>>(deserializer: Z) -> Result<Option<T>, Z::Error> {
    Option::deserialize(deserializer)
}

/// For `skip_serializing_if`.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde demands it")]
pub(crate) const fn is_false(value: &bool) -> bool {
    !*value
}

fn parsed<T: FromStr, E: serde::de::Error>(text: &str) -> Result<T, E> {
    text.parse().map_err(|_| E::custom("a text of another form"))
}

pub(crate) fn numeric_date(at: Timestamp) -> u64 {
    // Nothing is issued or ends before 1970.
    u64::try_from(at.as_seconds()).unwrap_or(0)
}

fn from_numeric_date<E: serde::de::Error>(seconds: u64) -> Result<Timestamp, E> {
    i64::try_from(seconds).ok().and_then(|s| Timestamp::from_seconds(s).ok()).ok_or_else(|| E::custom("an instant"))
}
