//! The revocation list: the keys that the root takes back, numbered (KEY-5).

use chancery_domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::claims::{Issued, Kind, Verified};
use crate::jws::{self, Unverified};
use crate::trust::Anchor;
use crate::{SignError, SigningKey, TokenError};

/// The claims of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationClaims {
    /// Vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// Each list has a higher number than the one before.
    pub number: u64,
    /// The thumbprints of the keys that are revoked; may be empty.
    pub revoked: Vec<String>,
}

impl Kind for RevocationClaims {
    const TYP: &'static str = "chancery-revocations+jwt";
}

impl RevocationClaims {
    /// Signs the list with the root key.
    ///
    /// # Errors
    /// [`SignError`] if the root cannot sign.
    pub fn sign(&self, root: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(root, None, self)
    }
}

/// A revocation list that the root signed.
pub type RevocationList = Verified<RevocationClaims>;

impl RevocationList {
    /// Opens a list.
    ///
    /// # Errors
    /// [`TokenError`] unless this vendor's root signed it.
    pub fn open(text: &str, anchor: &Anchor, now: Timestamp) -> Result<Self, TokenError> {
        anchor.open(&Unverified::parse(text)?, now, |claims: &RevocationClaims| &claims.issued)
    }

    /// Whether the key with this thumbprint is revoked.
    #[must_use]
    pub fn revokes(&self, kid: &str) -> bool {
        self.revoked.iter().any(|revoked| revoked == kid)
    }
}
