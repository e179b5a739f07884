//! What all claims have in common, and the type that only checked claims have.

use std::fmt;
use std::ops::Deref;

use chancery_domain::{Timestamp, VendorId};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{is_false, seconds, text};
use crate::{Recipient, TokenError};

/// Claims whose signature, type, recipient and time were checked (TOK-4). Only this crate makes one, at the end of the
/// function that opens a kind of token.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified<C> {
    claims: C,
    kid: String,
}

impl<C> Verified<C> {
    pub(crate) fn new(claims: C, kid: &str) -> Self {
        Self { claims, kid: kid.to_owned() }
    }

    /// The key that signed it.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The claims, without the proof that they were checked.
    #[must_use]
    pub fn into_claims(self) -> C {
        self.claims
    }
}

impl<C> Deref for Verified<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.claims
    }
}

impl<C: fmt::Debug> fmt::Debug for Verified<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.claims).finish()
    }
}

/// The claims of every kind of token: who issued it, when, as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The vendor (`iss`).
    #[serde(rename = "iss", with = "text")]
    pub vendor: VendorId,
    /// When (`iat`); whole seconds once it was in a token.
    #[serde(rename = "iat", with = "seconds")]
    pub at: Timestamp,
    /// The token's own id (`jti`): see [`Entropy::token_id`](crate::Entropy::token_id).
    #[serde(rename = "jti")]
    pub id: String,
    /// Whether the vendor is a sandbox (CLK-1).
    #[serde(default, skip_serializing_if = "is_false")]
    pub sandbox: bool,
    ver: Version,
}

impl Issued {
    /// The common claims of a token.
    #[must_use]
    pub fn new(vendor: VendorId, at: Timestamp, id: impl Into<String>, sandbox: bool) -> Self {
        Self { vendor, at, id: id.into(), sandbox, ver: Version }
    }

    /// Checks that the vendor and its mode are these.
    pub(crate) fn check_vendor(&self, vendor: VendorId, sandbox: bool) -> Result<(), TokenError> {
        if self.vendor != vendor {
            return Err(TokenError::WrongRecipient(Recipient::Vendor));
        }
        if self.sandbox != sandbox {
            return Err(TokenError::WrongRecipient(Recipient::Mode));
        }
        Ok(())
    }

    /// Checks that it was not issued in the future, as far as the clocks of both can be trusted.
    pub(crate) fn check_time(&self, now: Timestamp, tolerance: Tolerance) -> Result<(), TokenError> {
        if self.at > now.shifted(tolerance.micros()) {
            return Err(TokenError::NotYetValid { issued: self.at });
        }
        Ok(())
    }
}

/// `ver`, of which there is only the number 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version;

impl Version {
    const NUMBER: u64 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            _ => Err(D::Error::custom("ver")),
        }
    }
}

/// How far ahead of this clock a token may have been issued (TOK-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// 5 minutes: the token came over a connection.
    Online,
    /// 24 hours: the vendor's token was carried to a machine whose clock nobody sets.
    CarriedFromVendor,
    /// 48 hours: a device's token was carried to the vendor.
    CarriedFromDevice,
}

impl Tolerance {
    const fn micros(self) -> i64 {
        const HOUR: i64 = 3_600_000_000;
        match self {
            Self::Online => HOUR / 12,
            Self::CarriedFromVendor => 24 * HOUR,
            Self::CarriedFromDevice => 48 * HOUR,
        }
    }
}

/// The longest token that is looked at (TOK-3).
pub(crate) const MOST_BYTES: usize = 64 * 1024;
/// The longest export, return or report that is looked at (TOK-3).
pub(crate) const MOST_BYTES_LARGE: usize = 4 * 1024 * 1024;

/// A kind of token. Crate-private: outside there is only the one opening function of each kind.
pub(crate) trait Kind: Serialize + DeserializeOwned {
    /// The header's `typ`.
    const TYP: &'static str;
    /// The longest one that is looked at (TOK-3).
    const MOST_BYTES: usize = MOST_BYTES;
}
