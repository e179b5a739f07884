//! Products.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    DeviceKeysText, EnforcementText, KeyText, NameText, Patch, ProductIdText, SecretModeText, TimestampText,
    WireInterval, WireMetadata, WirePeriod, present,
};

/// A new product. What is left out, or null, takes its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateProduct {
    /// What people read.
    pub name: NameText,
    /// Its key, unique within the vendor; it can stand wherever the product's id can.
    pub key: KeyText,
    /// How long the product survives without its server. Default: 7 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected. Default: they cannot be activated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_lease_period: Option<WirePeriod>,
    /// How long everything works after a subscription's expiry. Default: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_period: Option<WireInterval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated. Default: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed. Default: `stop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<EnforcementText>,
    /// Whether activations must be bound to a device key. Default: `optional`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_keys: Option<DeviceKeysText>,
    /// How the licensee secret is used. Default: `disabled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_secret_mode: Option<SecretModeText>,
    /// Whether unknown licensee numbers become licensees by themselves. Default: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_auto_create: Option<bool>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateProduct {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// Its key.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub key: Option<KeyText>,
    /// How long the product survives without its server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected; null: they cannot be activated.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WirePeriod>)]
    pub offline_lease_period: Patch<WirePeriod>,
    /// How long everything works after a subscription's expiry; null: not at all.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub grace_period: Patch<WireInterval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated; null: not at all.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub outage_tolerance: Patch<WireInterval>,
    /// What the product does when it is not licensed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub enforcement: Option<EnforcementText>,
    /// Whether activations must be bound to a device key.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub device_keys: Option<DeviceKeysText>,
    /// How the licensee secret is used.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub licensee_secret_mode: Option<SecretModeText>,
    /// Whether unknown licensee numbers become licensees by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub licensee_auto_create: Option<bool>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// A product: has features, attributes and editions, and carries defaults for what it sells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its id.
    pub id: ProductIdText,
    /// What people read.
    pub name: NameText,
    /// Its key, unique within the vendor.
    pub key: KeyText,
    /// How long the product survives without its server.
    pub lease_period: WirePeriod,
    /// The same for machines that are never connected; null: they cannot be activated.
    pub offline_lease_period: Option<WirePeriod>,
    /// How long everything works after a subscription's expiry; null: not at all.
    pub grace_period: Option<WireInterval>,
    /// How long after its lease's end a `nodeLocked` product is tolerated; null: not at all.
    pub outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed.
    pub enforcement: EnforcementText,
    /// Whether activations must be bound to a device key.
    pub device_keys: DeviceKeysText,
    /// How the licensee secret is used.
    pub licensee_secret_mode: SecretModeText,
    /// Whether unknown licensee numbers become licensees by themselves.
    pub licensee_auto_create: bool,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
