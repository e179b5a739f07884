//! Licensees: one customer's standing with one product.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    CustomerIdText, LicenseeIdText, LicenseeNumberText, ProductIdText, Secret, SecretModeText, TimestampText,
    WireMetadata, present,
};

/// New values for some members of a licensee. Its secret has calls of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateLicensee {
    /// Its number, unique within the vendor; it can stand wherever the licensee's id can.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub number: Option<LicenseeNumberText>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// A licensee's new secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetLicenseeSecret {
    /// The secret: 1 to 1000 characters. No call ever returns it.
    pub secret: Secret,
}

/// One customer's standing with one product. It comes into being with the customer's first entitlement for the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Licensee {
    /// Its id.
    pub id: LicenseeIdText,
    /// Its number, given or made, unique within the vendor.
    pub number: LicenseeNumberText,
    /// The customer.
    pub customer_id: CustomerIdText,
    /// The product.
    pub product_id: ProductIdText,
    /// How its secret is used: the product's `licenseeSecretMode`.
    pub secret_mode: SecretModeText,
    /// Whether it has a secret. The secret itself is never shown.
    pub secret_set: bool,
    /// Since when it has its secret; null: it has none.
    pub secret_since: Option<TimestampText>,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
