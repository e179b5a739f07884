//! Keys: the trait through which everything is signed (KEY-7), keys in this process, public keys, keys at rest.

mod der;
mod local;
mod opening;
mod pem;
mod public;
mod wrap;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::local::{KeyRejected, LocalKey};
pub use self::opening::{OpeningKey, SealingKey};
pub use self::pem::PemRejected;
pub use self::public::PublicKey;
pub use self::wrap::{KekInvalid, KeyEncryptionKey, UnwrapError};
use crate::Jwk;

/// An algorithm. Each key has exactly one, fixed when it is made (KEY-2, TOK-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// Ed25519 (RFC 9864).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518).
    #[serde(rename = "RS512")]
    Rs512,
    /// ECDH-ES (RFC 7518) over X25519 (RFC 8037): it seals, and signs nothing (TOK-2).
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
}

impl Algorithm {
    /// The name in a header's `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Rs512 => "RS512",
            Self::EcdhEs => "ECDH-ES",
        }
    }

    /// What its keys are for, as a JWK's `use` says it: `sig` or `enc`.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Ed25519 | Self::Rs512 => "sig",
            Self::EcdhEs => "enc",
        }
    }

    /// The signature algorithm of this name; nothing for every other algorithm there is.
    #[must_use]
    pub fn of_signatures(name: &str) -> Option<Self> {
        [Self::Ed25519, Self::Rs512].into_iter().find(|known| known.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A key could not sign, or nothing could be sealed to it: a fault of this machine, or of what holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key {kid} failed: {reason}")]
pub struct SignError {
    /// Which key.
    pub kid: String,
    /// Why, for the log.
    pub reason: String,
}

/// Something that holds a private key and signs with it (KEY-7): today [`LocalKey`], later a PKCS#11 token or a KMS.
///
/// `Debug` must show the `kid` and nothing else (KEY-6).
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// The public key's RFC 7638 thumbprint.
    fn kid(&self) -> &str;

    /// The public key.
    fn public(&self) -> &Jwk;

    /// Signs the bytes with the key's algorithm.
    ///
    /// # Errors
    /// [`SignError`] if whatever holds the key fails.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The key's algorithm.
    fn algorithm(&self) -> Algorithm {
        self.public().algorithm()
    }
}
