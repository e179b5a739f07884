//! The offline request: what `activate` would take, carried from a device without a connection (OFF-3, OFF-4).

use std::fmt;

use chancery_domain::ProductId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::local_server::LocalServerRequest;
use super::offline::{self, FromDevice, OfflineExpectation};
use crate::claims::{Issued, Kind, Verified};
use crate::jws::Unverified;
use crate::wire::text;
use crate::{Entropy, Fault, Jwk, OpeningKey, SealingKey, SignError, SigningKey, TokenError};

/// The claims of an offline request. The device's own key signs it, and stands in it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfflineRequestClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the vendor's receiving key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// For which product.
    #[serde(rename = "productId", with = "text")]
    pub product: ProductId,
    /// By what right: an object, as the licensing API takes it. It is a secret.
    pub credential: Value,
    /// In which edition, where the credential leads to several.
    #[serde(rename = "editionId", default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Who holds the seat (LIC-3).
    pub seat_id: String,
    /// What people read of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_name: Option<String>,
    /// The licensee secret, for products that use one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_secret: Option<String>,
    /// When this release of the product was made (ENT-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<String>,
    /// The machine.
    #[serde(default)]
    pub device: OfflineDevice,
    /// By what the response names the request that it answers (OFF-5).
    pub request_id: String,
    /// The keys of this activation cycle.
    pub device_keys: DeviceKeys,
    /// The local server that asks for its own license (LLS-2); none: a device asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_server: Option<LocalServerRequest>,
}

/// What a device says of the machine that it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfflineDevice {
    /// It runs in a container.
    pub container: bool,
    /// It runs in a virtual machine.
    pub vm: bool,
}

/// The public halves of the keys that a device made for an activation cycle (OFF-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceKeys {
    /// It signs what the device sends (Ed25519).
    pub sign: Jwk,
    /// What the vendor sends is sealed to it (X25519); in an opened request always one that [`SealingKey::new`] takes.
    pub seal: Jwk,
}

impl Kind for OfflineRequestClaims {
    const TYP: &'static str = "chancery-offline-request+jwt";
}

impl FromDevice for OfflineRequestClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn key(token: &Unverified<'_>) -> Result<Jwk, TokenError> {
        let keys: DeviceKeys =
            serde_json::from_value(token.unchecked_claim("deviceKeys")?).map_err(|_| Fault::Claims)?;
        Ok(keys.sign)
    }
}

impl OfflineRequestClaims {
    /// Signs the request with the device's key, and seals it to the vendor's, whose `kid` is its `audience`.
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

/// It holds secrets.
impl fmt::Debug for OfflineRequestClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfflineRequestClaims({})", self.request_id)
    }
}

/// A request of whoever has the private half of [`kid`](Verified::kid), which is that of `deviceKeys.sign`; nobody vouches
/// for the key. How old it may be, the vendor's own limit says (OFF-4).
pub type OfflineRequest = Verified<OfflineRequestClaims>;

impl OfflineRequest {
    /// Opens a request with the vendor's receiving keys, by the device's key in its claims.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(text: &str, keys: &[&OpeningKey], expected: &OfflineExpectation) -> Result<Self, TokenError> {
        let request: Self = offline::open(text, keys, expected)?;
        // A response must be able to be sealed to it.
        let seals = SealingKey::new(request.device_keys.seal.clone()).is_ok();
        if !seals || !request.credential.is_object() {
            return Err(Fault::Claims.into());
        }
        if let Some(server) = &request.local_server {
            server.check(request.kid(), expected)?;
        }
        Ok(request)
    }
}
