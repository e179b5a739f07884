//! X25519 keys: what is sealed to the public half, only whoever holds the private half opens (TOK-2).

use std::fmt;

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use pkcs8::{ObjectIdentifier, PrivateKeyInfo};
use zeroize::Zeroizing;

use super::KeyRejected;
use crate::Jwk;

const KEY_BYTES: usize = 32;
/// `id-X25519` (RFC 8410).
const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// All of a PKCS#8 (RFC 8410, section 7) but the 32 bytes of the key at its end.
const PKCS8_BEFORE_KEY: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];

/// A private X25519 key in this process's memory: it opens what was sealed to its public half.
pub struct OpeningKey {
    kid: String,
    public: Jwk,
    seed: Zeroizing<[u8; KEY_BYTES]>,
    private: PrivateKey,
}

impl OpeningKey {
    /// The key of a seed; the seed *is* the private key, and must be random.
    ///
    /// # Errors
    /// [`KeyRejected`] if the cryptographic library fails; no seed is known that does it.
    pub fn from_seed(seed: &[u8; KEY_BYTES]) -> Result<Self, KeyRejected> {
        let private = PrivateKey::from_private_key(&X25519, seed).map_err(|_| KeyRejected)?;
        let public = private.compute_public_key().map_err(|_| KeyRejected)?;
        let public = Jwk::X25519 { x: public.as_ref().try_into().map_err(|_| KeyRejected)? };
        Ok(Self { kid: public.thumbprint(), public, seed: Zeroizing::new(*seed), private })
    }

    /// Takes an X25519 key in PKCS#8 (RFC 8410), DER.
    ///
    /// # Errors
    /// [`KeyRejected`] for everything else.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyRejected> {
        let info = PrivateKeyInfo::try_from(der).map_err(|_| KeyRejected)?;
        // `CurvePrivateKey ::= OCTET STRING`, within the one that every PKCS#8 has.
        let Some(seed) = info.private_key.strip_prefix(&[0x04, 0x20]) else { return Err(KeyRejected) };
        if info.algorithm.oid != OID || info.algorithm.parameters.is_some() {
            return Err(KeyRejected);
        }
        let key = Self::from_seed(seed.try_into().map_err(|_| KeyRejected)?)?;
        let agrees = info.public_key.is_none_or(|public| matches!(&key.public, Jwk::X25519 { x } if x == public));
        if agrees { Ok(key) } else { Err(KeyRejected) }
    }

    /// The private key in PKCS#8, DER; erased from memory when it is dropped.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_BEFORE_KEY.len() + KEY_BYTES));
        der.extend_from_slice(&PKCS8_BEFORE_KEY);
        der.extend_from_slice(self.seed.as_slice());
        der
    }

    /// The public half's RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// Agrees on a secret with whoever holds the private half of `x`, and makes something of it; nothing if the secret is
    /// all zeros (RFC 7748, section 6.1: the library refuses it), as it is with a point that was made for that.
    pub(crate) fn agree<R>(&self, x: &[u8; KEY_BYTES], derive: impl FnOnce(&[u8]) -> Option<R>) -> Option<R> {
        let derive = |secret: &[u8]| derive(secret).ok_or(());
        agreement::agree(&self.private, UnparsedPublicKey::new(&X25519, x), (), derive).ok()
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpeningKey({})", self.kid)
    }
}

/// A public X25519 key that something can be sealed to.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey {
    kid: String,
    jwk: Jwk,
    x: [u8; KEY_BYTES],
}

impl SealingKey {
    /// Takes a key.
    ///
    /// # Errors
    /// [`KeyRejected`] unless it is an X25519 key, and one with which a secret can be agreed on: with a few points (RFC 7748,
    /// section 6.1) every secret is zero, and anybody could open what is sealed to them.
    pub fn new(jwk: Jwk) -> Result<Self, KeyRejected> {
        let Jwk::X25519 { x } = jwk else { return Err(KeyRejected) };
        // Any private key shows such a point.
        OpeningKey::from_seed(&[1; KEY_BYTES])?.agree(&x, |_| Some(())).ok_or(KeyRejected)?;
        Ok(Self { kid: jwk.thumbprint(), jwk, x })
    }

    /// The key's RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key as JWK.
    #[must_use]
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub(crate) const fn x(&self) -> &[u8; KEY_BYTES] {
        &self.x
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.kid)
    }
}
