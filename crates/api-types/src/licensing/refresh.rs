//! Extending a lease, and reading an activation's state.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::activation::Activation;
use crate::wire::{ReleaseDateText, Secret};

/// Asks for a new lease (SEAT-6).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequest {
    /// The licensee secret, for products that use one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_secret: Option<Secret>,
    /// When this release of the product was made (ENT-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<ReleaseDateText>,
    /// The lease that the product holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<String>,
}

/// A lease that was given. The header `Chancery-Nonce` goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshReply {
    /// The activation.
    pub activation: Activation,
    /// The signed lease (a JWS).
    pub lease: String,
    /// The latest revocation list (a JWS), once a key was revoked (KEY-5): leases by the keys in it count no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocations: Option<String>,
}

/// An activation's state (FEAT-5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationReply {
    /// The activation.
    pub activation: Activation,
}
