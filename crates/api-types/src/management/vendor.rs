//! The vendor itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{NameText, TimestampText, VendorIdText, WireInterval, present};

/// New values for some members of the vendor. Its name and whether it is a sandbox stay as they were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateVendor {
    /// The oldest request for an offline activation that is answered (OFF-4).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub offline_request_age: Option<WireInterval>,
    /// Whether contacts may export entitlements of orders that name them to local servers, get tokens for those, and import returns
    /// and reports, on the portal API.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub contact_exports: Option<bool>,
}

/// The vendor to whom the API key belongs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vendor {
    /// Its id.
    pub id: VendorIdText,
    /// What people read.
    pub name: NameText,
    /// Whether it is a sandbox, whose clock can be moved (CLK-1).
    pub sandbox: bool,
    /// The oldest request for an offline activation that is answered (OFF-4).
    pub offline_request_age: WireInterval,
    /// Whether contacts may export entitlements of orders that name them to local servers, get tokens for those, and import returns
    /// and reports, on the portal API.
    #[serde(default)]
    pub contact_exports: bool,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
