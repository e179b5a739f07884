//! A key as it is kept, whether it signs or opens: its public half, and its private half in PKCS#8 (KEY-2, KEY-6).

use chancery_domain::KeyPurpose;
use chancery_token::{Jwk, LocalKey, OpeningKey, SigningKey};
use zeroize::Zeroizing;

use crate::{Change, Error};

/// Both halves of a key; there is no `Debug`, and the private one is erased from memory when it is dropped.
pub(crate) struct Halves {
    pub(crate) public: Jwk,
    pub(crate) private: Zeroizing<Vec<u8>>,
}

impl Halves {
    /// Those of a key that signs.
    pub(crate) fn of(key: &LocalKey) -> Result<Self, Error> {
        Ok(Self { public: key.public().clone(), private: key.to_pkcs8()? })
    }

    /// Those of a key that opens.
    fn of_opening(key: &OpeningKey) -> Self {
        Self { public: key.public().clone(), private: key.to_pkcs8() }
    }

    /// A new key for a purpose: the same one when the transaction runs again. RSA keys are made beforehand.
    pub(crate) fn fresh(change: &mut Change<'_, '_>, purpose: KeyPurpose) -> Result<Self, Error> {
        match purpose {
            KeyPurpose::Root | KeyPurpose::Issuing | KeyPurpose::Lasting => Self::of(&ed25519(change)?),
            KeyPurpose::LicenseKey => Err(Error::internal("an RSA key was not made beforehand")),
            KeyPurpose::Receiving => {
                Ok(Self::of_opening(&OpeningKey::from_seed(&change.random()).map_err(Error::internal)?))
            }
        }
    }
}

/// A new Ed25519 key: the same one when the transaction runs again.
pub(super) fn ed25519(change: &mut Change<'_, '_>) -> Result<LocalKey, Error> {
    LocalKey::ed25519_from_seed(&change.random()).map_err(Error::internal)
}
