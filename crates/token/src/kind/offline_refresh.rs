//! The offline refresh: a new lease for an activation, made without being asked by the device (OFF-6, OFF-7).

use chancery_domain::ActivationId;
use serde::{Deserialize, Serialize};

use super::offline;
use crate::claims::{Issued, Kind, Verified};
use crate::wire::text;
use crate::{Entropy, SealingKey, SignError, SigningKey};

/// The claims of an offline refresh. [`Trust::open_offline_reply`](crate::Trust::open_offline_reply) opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineRefreshClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the device's key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The activation that it is for (`sub`).
    #[serde(rename = "sub", with = "text")]
    pub activation: ActivationId,
    /// Its number among what was made for the activation cycle: a lower one than the last applied is superseded.
    pub seq: u64,
    /// The lease, itself a signed token.
    pub lease: String,
    /// The latest revocation list, once there is one that takes something back (KEY-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocations: Option<String>,
}

impl Kind for OfflineRefreshClaims {
    const TYP: &'static str = "chancery-offline-refresh+jwt";
}

impl OfflineRefreshClaims {
    /// Signs the refresh with an issuing key, whose certificate it carries, and seals it to the device's key, whose `kid` is
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

/// A refresh that the vendor's word stands behind.
pub type OfflineRefresh = Verified<OfflineRefreshClaims>;
