//! Asking whether a seat would be given, without taking it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Credential, DeviceReport};
use crate::activation::{ActivationAttribute, ActivationFeature};
use crate::wire::{
    EditionIdText, EditionRef, EntitlementIdText, EntitlementStatusText, NameText, ProductRef, ReleaseDateText,
    SeatIdText, Secret, SkuText, TimestampText, WireQuantity,
};

/// Asks whether this credential would be allowed now, and for what. The members are those of an activation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateRequest {
    /// By what right.
    pub credential: Credential,
    /// For which product.
    pub product_id: ProductRef,
    /// In which edition, where the credential leads to several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition_id: Option<EditionRef>,
    /// Who would hold the seat. Default: somebody new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_id: Option<SeatIdText>,
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
    /// The proof of the device's key, as for an activation; only where the seat id is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_proof: Option<Secret>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateReply {
    /// Whether a seat would be given now.
    pub allowed: bool,
    /// The code of the problem that an activation would get; null if it would get none.
    pub code: Option<String>,
    /// The entitlement that would give the seat, or refuses it.
    pub entitlement: Option<ValidateEntitlement>,
    /// Its features.
    pub features: Vec<ActivationFeature>,
    /// Its attributes.
    pub attributes: Vec<ActivationAttribute>,
    /// How many seats are free, overdraft included; null: without an entitlement, or without bound.
    pub seats_available: Option<WireQuantity>,
    /// A signed lease without a seat (a JWS), valid 5 minutes; null when not allowed.
    pub verdict: Option<String>,
}

/// The entitlement that a validation is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateEntitlement {
    /// Its id.
    pub id: EntitlementIdText,
    /// In which edition.
    pub edition_id: EditionIdText,
    /// The offering's SKU when it was granted.
    pub sku: SkuText,
    /// What it is worth now (ENT-1).
    pub status: EntitlementStatusText,
    /// When it expires; null for a perpetual license, or before the start.
    pub expiry: Option<TimestampText>,
    /// When grace after the expiry ends.
    pub grace_end: Option<TimestampText>,
    /// The instant after which nothing of it runs; null: there is none.
    pub hard_stop: Option<TimestampText>,
    /// Releases of the product after it are refused; null: none is.
    pub maintenance_end: Option<TimestampText>,
}
