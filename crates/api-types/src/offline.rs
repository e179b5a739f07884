//! Offline activation by carried tokens: the same on the management and the portal API (OFF-3…9).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::activation::Activation;
use crate::wire::{ActivationIdText, Secret};

/// A request token for an offline activation (OFF-4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivateOffline {
    /// The token as it was carried: one line, a `.chancery` file's text, or the texts of its QR codes below each other (TOK-6).
    pub token: Secret,
}

/// Asks for a refresh token of an offline activation (OFF-6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshOffline {
    /// The activation.
    pub activation_id: ActivationIdText,
}

/// A deactivation token (OFF-9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeactivateOffline {
    /// The token as it was carried: one line, a `.chancery` file's text, or the texts of its QR codes below each other (TOK-6).
    pub token: Secret,
}

/// A token to be carried to the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfflineReply {
    /// The token (a JWE), in one line. Only the device that asked can open it.
    pub token: String,
    /// The activation.
    pub activation: Activation,
}

/// What became of a deactivation token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfflineDeactivated {
    /// The activation.
    pub activation: Activation,
    /// Whether its seat was free already: the token was applied before, or the seat was released.
    pub already_done: bool,
}
