//! Secrets at rest: AES-256-GCM under a key-encryption key (KEY-6).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

use crate::hash::{from_base64url, from_hex};

const NONCE: usize = 12;

/// The text is no key-encryption key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key-encryption key is 32 bytes, as 64 hexadecimal digits or in base64")]
pub struct KekInvalid;

/// A secret could not be unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret cannot be decrypted: it was wrapped under another key-encryption key, for another use, or is damaged"
)]
pub struct UnwrapError;

/// The key under which private keys and other secrets rest in the database (KEY-6).
///
/// Wrapped bytes are the nonce, the ciphertext and its tag. Purpose and id are authenticated with them, so that what was
/// wrapped for one thing cannot be put in the place of another.
pub struct KeyEncryptionKey {
    key: LessSafeKey,
}

impl KeyEncryptionKey {
    /// Takes the 32 bytes.
    ///
    /// # Errors
    /// [`KekInvalid`] if the cryptographic library fails.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KekInvalid> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| KekInvalid)?;
        Ok(Self { key: LessSafeKey::new(key) })
    }

    /// Reads a file's, a variable's or a command's text: 64 hexadecimal digits, or base64 or base64url, with or without
    /// padding; white space around it does not matter.
    ///
    /// # Errors
    /// [`KekInvalid`] unless it gives exactly 32 bytes.
    pub fn from_text(text: &str) -> Result<Self, KekInvalid> {
        let text = text.trim();
        let read = if text.len() == 64 {
            from_hex(text)
        } else {
            STANDARD.decode(text).ok().or_else(|| from_base64url(text.trim_end_matches('=')))
        };
        let mut bytes = Zeroizing::new([0; 32]);
        let read = Zeroizing::new(read.filter(|read| read.len() == bytes.len()).ok_or(KekInvalid)?);
        bytes.copy_from_slice(&read);
        Self::from_bytes(&bytes)
    }

    /// Encrypts a secret for one purpose (such as `signing-key`) and one thing (such as the key's `kid`).
    ///
    /// `nonce` must be random, and new for each call: two secrets under one nonce betray each other.
    ///
    /// # Errors
    /// [`UnwrapError`] if the cryptographic library fails.
    pub fn wrap(&self, purpose: &str, id: &str, secret: &[u8], nonce: [u8; NONCE]) -> Result<Vec<u8>, UnwrapError> {
        let mut bytes = secret.to_vec();
        let tag =
            self.key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad(purpose, id), &mut bytes);
        let Ok(tag) = tag else {
            bytes.zeroize();
            return Err(UnwrapError);
        };
        Ok([nonce.as_slice(), &bytes, tag.as_ref()].concat())
    }

    /// Decrypts what [`wrap`](Self::wrap) gave for the same purpose and thing.
    ///
    /// # Errors
    /// [`UnwrapError`] if it was wrapped under another key, for another purpose or thing, or is damaged.
    pub fn unwrap(&self, purpose: &str, id: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let (nonce, sealed) = wrapped.split_first_chunk::<NONCE>().ok_or(UnwrapError)?;
        let mut bytes = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.key.open_in_place(nonce, aad(purpose, id), &mut bytes).map_err(|_| UnwrapError)?.len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

fn aad(purpose: &str, id: &str) -> Aad<Vec<u8>> {
    Aad::from([b"chancery wrap 1\0", purpose.as_bytes(), b"\0", id.as_bytes()].concat())
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey")
    }
}
