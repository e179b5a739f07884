//! Overriding members of an entitlement (ENT-7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    AttributePatch, EmptyList, EnforcementText, KeyText, NotesText, Patch, TimestampText, UsageResetText,
    WireFeatureValue, WireInterval, WireMetadata, WireOverdraft, WirePeriod, WireQuantity, present,
};

/// New values for some members of an entitlement. Each stays, whatever the catalog does, until it is reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateEntitlement {
    /// How many seats are sold. Fewer than are used needs `?force=true` (SEAT-8).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub seats: Option<WireQuantity>,
    /// How many more may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub overdraft: Option<WireOverdraft>,
    /// How long a lease lasts.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected; null: they cannot be activated.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<WirePeriod>)]
    pub offline_lease_period: Patch<WirePeriod>,
    /// How long everything works after the expiry; null: not at all.
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
    /// When a subscription expires.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub expiry: Option<TimestampText>,
    /// Releases of the product after it are refused; null: none is.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<TimestampText>)]
    pub maintenance_end: Patch<TimestampText>,
    /// Pools of named users or metered time: none yet.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub allotments: Option<EmptyList>,
    /// One reset for all counters; null: each its own.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<UsageResetText>)]
    pub usage_reset: Patch<UsageResetText>,
    /// New values of features, by key; null: unlimited.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<KeyText, WireFeatureValue>,
    /// New values of attributes, by key; null: falls back to the catalog's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<KeyText, AttributePatch>,
    /// What the vendor's staff note.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub notes: Option<NotesText>,
    /// The vendor's own: the whole map.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub metadata: Option<WireMetadata>,
}
