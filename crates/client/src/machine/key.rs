//! The key of a state: random, and wrapped under a machine's signs (OFF-12).

use chancery_token::hash::{base64url, from_base64url};
use chancery_token::{Entropy, KeyEncryptionKey};

use crate::Error;

const PURPOSE: &str = "client-state";

/// An AES-256-GCM key. What it encrypts is bound to a role, such as a file's name: it cannot be put in another's place. It has no
/// `Debug`.
pub(crate) struct StateKey {
    bytes: [u8; 32],
    cipher: KeyEncryptionKey,
}

impl StateKey {
    pub(crate) fn new(entropy: &mut Entropy) -> Result<Self, Error> {
        Self::from_bytes(entropy.bytes())
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        let cipher = KeyEncryptionKey::from_bytes(&bytes).map_err(|_| failed())?;
        Ok(Self { bytes, cipher })
    }

    /// Encrypts something for its role.
    pub(crate) fn seal(&self, role: &str, plain: &[u8], entropy: &mut Entropy) -> Result<String, Error> {
        self.cipher.wrap(PURPOSE, role, plain, entropy.bytes()).map(|sealed| base64url(&sealed)).map_err(|_| failed())
    }

    /// Decrypts it; nothing if this key did not encrypt it for this role.
    pub(crate) fn open(&self, role: &str, sealed: &str) -> Option<Vec<u8>> {
        Some(self.cipher.unwrap(PURPOSE, role, &from_base64url(sealed)?).ok()?.to_vec())
    }

    /// Encrypts this key under another.
    pub(super) fn wrap(&self, under: &Self, entropy: &mut Entropy) -> Result<String, Error> {
        under.seal("key", &self.bytes, entropy)
    }

    /// Decrypts the key that was encrypted under this one.
    pub(super) fn unwrap(&self, wrapped: &str) -> Option<Self> {
        Self::from_bytes(self.open("key", wrapped)?.try_into().ok()?).ok()
    }
}

fn failed() -> Error {
    Error::Internal("the state cannot be encrypted".to_owned())
}
