//! Plans: license type, start, duration, plan type.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    LicenseStartText, LicenseTypeText, NameText, Patch, PlanIdText, PlanTypeText, TimestampText, WireInterval,
    WireMetadata, present,
};

/// A new plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreatePlan {
    /// What people read, unique within the vendor.
    pub name: NameText,
    /// Whether its licenses end.
    pub license_type: LicenseTypeText,
    /// What starts them. Default: `activation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_start: Option<LicenseStartText>,
    /// Why they are granted. Default: `paid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_type: Option<PlanTypeText>,
    /// How long a subscription lasts; none for a perpetual license.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<WireInterval>,
    /// The vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WireMetadata>,
}

/// New values for some members of a plan. What was sold by it stays as it was sold (CAT-3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePlan {
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<NameText>,
    /// Whether its licenses end.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub license_type: Option<LicenseTypeText>,
    /// What starts them.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub license_start: Option<LicenseStartText>,
    /// Why they are granted.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub plan_type: Option<PlanTypeText>,
    /// How long a subscription lasts; null for a perpetual license.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WireInterval>)]
    pub duration: Patch<WireInterval>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its id.
    pub id: PlanIdText,
    /// What people read, unique within the vendor.
    pub name: NameText,
    /// Whether its licenses end.
    pub license_type: LicenseTypeText,
    /// What starts them.
    pub license_start: LicenseStartText,
    /// Why they are granted.
    pub plan_type: PlanTypeText,
    /// How long a subscription lasts; null for a perpetual license.
    pub duration: Option<WireInterval>,
    /// The vendor's own.
    pub metadata: WireMetadata,
    /// When it was made.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}
