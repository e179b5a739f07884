//! Taking a seat.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Credential;
use crate::activation::Activation;
use crate::wire::{EditionRef, NameText, ProductRef, ReleaseDateText, SeatIdText, Secret};

/// Asks for a seat (SEAT-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivateRequest {
    /// By what right.
    pub credential: Credential,
    /// For which product.
    pub product_id: ProductRef,
    /// In which edition, where the credential leads to several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition_id: Option<EditionRef>,
    /// Who holds the seat: a device, a user, a container's workload (LIC-3).
    pub seat_id: SeatIdText,
    /// What people read of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_name: Option<NameText>,
    /// When this release of the product was made (ENT-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<ReleaseDateText>,
    /// The licensee secret, for products that use one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_secret: Option<Secret>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceReport>,
    /// The proof of the device's key (a JWS of type `chancery-device+jwt`): it binds the seat to the device (SEAT-12). It can
    /// be used once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_proof: Option<Secret>,
}

/// What a product says of the machine that it runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct DeviceReport {
    /// It runs in a container.
    pub container: bool,
    /// It runs in a virtual machine.
    pub vm: bool,
}

/// A seat that was given. The header `Chancery-Nonce` goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivateReply {
    /// The activation.
    pub activation: Activation,
    /// The signed lease (a JWS).
    pub lease: String,
    /// The latest revocation list (a JWS), once a key was revoked (KEY-5): leases by the keys in it count no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocations: Option<String>,
    /// What later calls of this activation show.
    pub access_token: Secret,
}
