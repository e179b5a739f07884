//! The offline deactivation: a device has given its activation up, and cannot take it back (OFF-8, OFF-9).

use chancery_domain::ActivationId;
use serde::{Deserialize, Serialize};

use super::offline::{self, FromDevice, OfflineExpectation};
use crate::claims::{Issued, Kind, Verified};
use crate::jws::Unverified;
use crate::wire::text;
use crate::{Entropy, Fault, Jwk, OpeningKey, SealingKey, SignError, SigningKey, TokenError};

/// The claims of an offline deactivation. The device's own key signs it, and stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineDeactivationClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the vendor's receiving key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The activation that is given up (`sub`).
    #[serde(rename = "sub", with = "text")]
    pub activation: ActivationId,
    /// The number of the last response or refresh that the device applied.
    pub seq: u64,
    /// The key that signs it: whose it is, whoever opens the token must have on record.
    pub jwk: Jwk,
}

impl Kind for OfflineDeactivationClaims {
    const TYP: &'static str = "chancery-offline-deactivation+jwt";
}

impl FromDevice for OfflineDeactivationClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn key(token: &Unverified<'_>) -> Result<Jwk, TokenError> {
        Ok(serde_json::from_value(token.unchecked_claim("jwk")?).map_err(|_| Fault::Claims)?)
    }
}

impl OfflineDeactivationClaims {
    /// Signs the deactivation with the device's key, which is its `jwk`, and seals it to the vendor's, whose `kid` is its
    /// `audience`.
    ///
    /// # Errors
    /// [`SignError`] if one of the keys fails.
    pub fn seal(
        &self,
        device: &dyn SigningKey,
        vendor: &SealingKey,
        entropy: &mut Entropy,
    ) -> Result<String, SignError> {
        offline::seal(self, device, None, vendor, entropy)
    }
}

/// A deactivation by whoever has the private half of [`kid`](Verified::kid). Whether that is the activation's device, the
/// database knows.
pub type OfflineDeactivation = Verified<OfflineDeactivationClaims>;

impl OfflineDeactivation {
    /// Opens a deactivation with the vendor's receiving keys, by the device's key in its claims.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(text: &str, keys: &[&OpeningKey], expected: &OfflineExpectation) -> Result<Self, TokenError> {
        offline::open(text, keys, expected)
    }
}
