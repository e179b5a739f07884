//! A private key in this process's memory.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA512};
use zeroize::Zeroizing;

use super::der::rsa_components;
use super::{SignError, SigningKey};
use crate::Jwk;

/// The bytes are no private key that Chancery can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable private key: an Ed25519 key, or an RSA key of 2048 to 8192 bits, in PKCS#8 is needed")]
pub struct KeyRejected;

enum Held {
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
}

/// A private key in this process's memory; where it rests on a disk it is wrapped by a
/// [`KeyEncryptionKey`](crate::KeyEncryptionKey) (KEY-6).
pub struct LocalKey {
    kid: String,
    public: Jwk,
    held: Held,
}

impl LocalKey {
    /// The Ed25519 key of a seed (RFC 8032); the seed *is* the private key, and must be random.
    ///
    /// # Errors
    /// [`KeyRejected`] if the cryptographic library fails; no seed is known that does it.
    pub fn ed25519_from_seed(seed: &[u8; 32]) -> Result<Self, KeyRejected> {
        Self::ed25519(Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyRejected)?)
    }

    /// A new RSA key of 3072 bits (KEY-2). It takes a second or so.
    ///
    /// Its randomness is the cryptographic library's own: primes cannot be searched for in an
    /// [`Entropy`](crate::Entropy) with it. So nothing that must be repeatable may call this.
    ///
    /// # Errors
    /// [`KeyRejected`] if the library fails.
    pub fn generate_rsa_from_system_randomness() -> Result<Self, KeyRejected> {
        Self::rsa(rsa::KeyPair::generate(KeySize::Rsa3072).map_err(|_| KeyRejected)?)
    }

    /// Takes an Ed25519 key, or an RSA key of 2048 bits or more, in PKCS#8 (RFC 5208, 5958), DER.
    ///
    /// # Errors
    /// [`KeyRejected`] for everything else.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyRejected> {
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8(der) {
            return Self::ed25519(pair);
        }
        Self::rsa(rsa::KeyPair::from_pkcs8(der).map_err(|_| KeyRejected)?)
    }

    /// Takes an RSA key of 2048 bits or more in PKCS#1 (RFC 8017), DER.
    ///
    /// # Errors
    /// [`KeyRejected`] for everything else.
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, KeyRejected> {
        Self::rsa(rsa::KeyPair::from_der(der).map_err(|_| KeyRejected)?)
    }

    /// The private key in PKCS#8, DER; erased from memory when it is dropped.
    ///
    /// # Errors
    /// [`SignError`] if the cryptographic library fails.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SignError> {
        let der: Result<Pkcs8V1Der<'_>, _> = match &self.held {
            Held::Ed25519(pair) => pair.as_der(),
            Held::Rsa(pair) => pair.as_der(),
        };
        let der = der.map_err(|_| self.failed("no PKCS#8"))?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    fn ed25519(pair: Ed25519KeyPair) -> Result<Self, KeyRejected> {
        let x = pair.public_key().as_ref().try_into().map_err(|_| KeyRejected)?;
        Ok(Self::new(Jwk::Ed25519 { x }, Held::Ed25519(pair)))
    }

    fn rsa(pair: rsa::KeyPair) -> Result<Self, KeyRejected> {
        let (n, e) = rsa_components(pair.public_key().as_ref()).ok_or(KeyRejected)?;
        let public = Jwk::from_rsa_components(n, e).ok_or(KeyRejected)?;
        Ok(Self::new(public, Held::Rsa(pair)))
    }

    fn new(public: Jwk, held: Held) -> Self {
        Self { kid: public.thumbprint(), public, held }
    }

    fn failed(&self, reason: &str) -> SignError {
        SignError { kid: self.kid.clone(), reason: reason.to_owned() }
    }
}

impl SigningKey for LocalKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn public(&self) -> &Jwk {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.held {
            Held::Ed25519(pair) => match pair.try_sign(message) {
                Ok(signature) => Ok(signature.as_ref().to_vec()),
                Err(_) => Err(self.failed("Ed25519")),
            },
            Held::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // PKCS#1 v1.5 is deterministic: the library demands a generator, and ignores it.
                pair.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| self.failed("RSA"))?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalKey({})", self.kid)
    }
}
