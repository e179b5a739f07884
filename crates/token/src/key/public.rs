//! A public key, parsed once, that checks signatures.

use std::fmt;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents};

use super::{Algorithm, KeyRejected};
use crate::Jwk;

/// A public key, parsed once, so that each check of a signature costs only the check.
#[derive(Clone)]
pub struct PublicKey {
    kid: String,
    jwk: Jwk,
    parsed: ParsedPublicKey,
}

impl PublicKey {
    /// Parses a key.
    ///
    /// # Errors
    /// [`KeyRejected`] if these numbers are no key, or it is one that signs nothing.
    pub fn new(jwk: Jwk) -> Result<Self, KeyRejected> {
        let parsed = match &jwk {
            Jwk::Ed25519 { x } => ParsedPublicKey::new(&ED25519, x),
            Jwk::Rsa { n, e } => RsaPublicKeyComponents { n: n.as_slice(), e: e.as_slice() }
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA512),
            Jwk::X25519 { .. } => return Err(KeyRejected),
        };
        Ok(Self { kid: jwk.thumbprint(), parsed: parsed.map_err(|_| KeyRejected)?, jwk })
    }

    /// The key's RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key's only algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.jwk.algorithm()
    }

    /// The key as JWK.
    #[must_use]
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Whether the signature over the message is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.jwk == other.jwk
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kid)
    }
}
