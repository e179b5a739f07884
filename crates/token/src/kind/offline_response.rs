//! The offline response: the vendor's answer to an offline request (OFF-4, OFF-5).

use serde::{Deserialize, Serialize};

use super::offline;
use crate::claims::{Issued, Kind, Verified};
use crate::{Entropy, SealingKey, SignError, SigningKey};

/// The claims of an offline response. [`Trust::open_offline_reply`](crate::Trust::open_offline_reply) opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfflineResponseClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the device's key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The request that it answers.
    pub request_id: String,
    /// Its number among what was made for the activation cycle: the first has 1.
    pub seq: u64,
    /// The lease, itself a signed token.
    pub lease: String,
    /// The latest revocation list, once there is one that takes something back (KEY-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocations: Option<String>,
}

impl Kind for OfflineResponseClaims {
    const TYP: &'static str = "chancery-offline-response+jwt";
}

impl OfflineResponseClaims {
    /// Signs the response with an issuing key, whose certificate it carries, and seals it to the device's key, whose `kid` is
    /// its `audience`.
    ///
    /// # Errors
    /// [`SignError`] if one of the keys fails.
    pub fn seal(
        &self,
        key: &dyn SigningKey,
        certificate: &str,
        device: &SealingKey,
        entropy: &mut Entropy,
    ) -> Result<String, SignError> {
        offline::seal(self, key, Some(certificate), device, entropy)
    }
}

/// A response that the vendor's word stands behind.
pub type OfflineResponse = Verified<OfflineResponseClaims>;
