//! An activation, in every API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    ActivationIdText, ActivationStatusText, AttributeTypeText, AttributeValueText, EntitlementIdText,
    EntitlementStatusText, FeatureTypeText, KeyText, ModeText, NameText, ProductIdText, SeatIdText, TimestampText,
    WireFeatureValue, WireQuantity,
};

/// One seat of an entitlement, held by one seat id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activation {
    /// Its id.
    pub id: ActivationIdText,
    /// Whose seat it is.
    pub entitlement_id: EntitlementIdText,
    /// The product.
    pub product_id: ProductIdText,
    /// Who holds the seat.
    pub seat_id: SeatIdText,
    /// What people read of it.
    pub seat_name: Option<NameText>,
    /// The number of its seat, from 1.
    pub seat_number: Option<WireQuantity>,
    /// Whether its lease runs; `held`: it was released, and its seat is held because its device may still run; `ended`: it has
    /// no seat any more.
    pub status: ActivationStatusText,
    /// How it is kept alive.
    pub mode: ModeText,
    /// Whether its seat is beyond those sold.
    pub overdraft: bool,
    /// Until when its seat is nobody else's: while its lease runs, while it is held after a release (SEAT-9), or kept by the vendor.
    /// Null: it does not come free by itself.
    #[serde(default)]
    pub seat_until: Option<TimestampText>,
    /// When it was activated.
    pub activated: TimestampText,
    /// When its latest lease was given.
    pub last_lease: TimestampText,
    /// When that lease ends; null: never.
    pub lease_expiry: Option<TimestampText>,
    /// What its entitlement is worth now.
    pub entitlement: EntitlementSummary,
    /// The features, as this seat has them.
    pub features: Vec<ActivationFeature>,
    /// The attributes.
    pub attributes: Vec<ActivationAttribute>,
    /// The short name by which the vendor's support knows the installation.
    pub client_code: String,
    /// The machine, as the product reported it.
    pub device: Device,
}

/// What an entitlement is worth now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementSummary {
    /// The verdict (ENT-1).
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

/// A feature, as one seat has it (FEAT-5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationFeature {
    /// Its key.
    pub key: KeyText,
    /// What it is.
    #[serde(rename = "type")]
    pub feature_type: FeatureTypeText,
    /// The value that holds; null: unlimited.
    pub value: WireFeatureValue,
    /// How much there is with overdraft; null: without bound.
    pub total: Option<WireQuantity>,
    /// How much this seat has taken.
    pub active: WireQuantity,
    /// How much can still be taken; null: without bound.
    pub available: Option<WireQuantity>,
    /// When the counter's present period began; null for what does not reset by itself.
    pub period: Option<TimestampText>,
}

/// An attribute, as a product reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationAttribute {
    /// Its key.
    pub key: KeyText,
    /// What its value is.
    #[serde(rename = "type")]
    pub attribute_type: AttributeTypeText,
    /// The value; null where no level gives one.
    pub value: Option<AttributeValueText>,
}

/// The machine that a product runs on. Reported, never trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The thumbprint of the key that the activation is bound to (SEAT-12); null: to none.
    pub key_thumbprint: Option<String>,
    /// It runs in a container.
    pub container: bool,
    /// It runs in a virtual machine.
    pub vm: bool,
}
