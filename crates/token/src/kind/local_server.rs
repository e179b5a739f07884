//! A local server asks for its own license: what it adds to an offline request, and the proof that its key is its own (LLS-2).

use chancery_domain::LocalServerId;
use serde::{Deserialize, Serialize};

use super::offline::OfflineExpectation;
use super::offline_request::DeviceKeys;
use crate::claims::{Issued, Kind, Tolerance};
use crate::jws::{self, Unverified};
use crate::wire::text;
use crate::{Fault, Jwk, PublicKey, Recipient, SealingKey, SignError, SigningKey, TokenError};

/// What an offline request says of the local server that makes it; in an opened request its proof was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalServerRequest {
    /// Its id, which it chose when it was set up.
    #[serde(with = "text")]
    pub id: LocalServerId,
    /// What people call it.
    pub name: String,
    /// Its keys, which stay the same from one activation to the next.
    pub keys: DeviceKeys,
    /// Its machine's identity, if it is bound to one (EXP-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// A [`ServerProofClaims`], signed by `keys.sign`.
    pub proof: String,
}

/// The claims of a local server's proof: whoever has the server's key has also made the request of the device's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerProofClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The thumbprint of the key that signs the request (`aud`).
    #[serde(rename = "aud")]
    pub device: String,
    /// The local server (`sub`).
    #[serde(rename = "sub", with = "text")]
    pub server: LocalServerId,
    jwk: Jwk,
}

impl Kind for ServerProofClaims {
    const TYP: &'static str = "chancery-server+jwt";
}

impl ServerProofClaims {
    /// The proof of a server's key for the request that the key with the thumbprint `device` signs.
    #[must_use]
    pub fn new(issued: Issued, device: String, server: LocalServerId, key: &dyn SigningKey) -> Self {
        Self { issued, device, server, jwk: key.public().clone() }
    }

    /// Signs the proof with the server's key.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(key, None, self)
    }
}

impl LocalServerRequest {
    /// Checks the keys and the proof, in a request that the key `device` signed.
    pub(super) fn check(&self, device: &str, expected: &OfflineExpectation) -> Result<(), TokenError> {
        let token = Unverified::parse(&self.proof)?;
        token.check_type::<ServerProofClaims>()?;
        if !matches!(self.keys.sign, Jwk::Ed25519 { .. }) {
            return Err(Fault::Algorithm.into());
        }
        // Exports must be able to be sealed to it.
        SealingKey::new(self.keys.seal.clone()).map_err(|_| Fault::Claims)?;
        let key = PublicKey::new(self.keys.sign.clone()).map_err(|_| Fault::Claims)?;
        let claims: ServerProofClaims = token.claims(&key)?;
        claims.issued.check_vendor(expected.vendor, expected.sandbox)?;
        if claims.device != device {
            return Err(TokenError::WrongRecipient(Recipient::Device));
        }
        if claims.server != self.id {
            return Err(TokenError::WrongRecipient(Recipient::Server));
        }
        if claims.jwk != self.keys.sign {
            return Err(Fault::Contradiction.into());
        }
        claims.issued.check_time(expected.now, Tolerance::CarriedFromDevice)
    }
}
