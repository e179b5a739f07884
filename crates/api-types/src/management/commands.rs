//! Commands to entitlements and customers, and what a dry run of one says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Change;
use crate::wire::{ActivationIdText, KeyText, ReasonText, SeatIdText, TimestampText, at_least_one};

/// Renews a subscription by its duration (ENT-4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RenewEntitlement {}

/// Starts an entitlement that waits for a command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartEntitlement {
    /// When it starts. Default: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<TimestampText>,
}

/// Disables an entitlement or a customer (ENT-6).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disable {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonText>,
}

/// Enables again what was disabled (ENT-6).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enable {}

/// Sets counters of `usageCount` features back to zero (FEAT-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetUsage {
    /// The features' keys: at least one.
    #[serde(deserialize_with = "at_least_one")]
    pub features: Vec<KeyText>,
}

/// What a command would do (MAN-3). Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Always true.
    pub dry_run: bool,
    /// What would change.
    pub changes: Vec<Change>,
    /// Who would lose a seat.
    pub leaving: Vec<Leaving>,
}

/// An activation that would lose its seat (SEAT-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leaving {
    /// Which.
    pub activation_id: ActivationIdText,
    /// Who holds the seat.
    pub seat_id: SeatIdText,
    /// What people read of it.
    pub seat_name: Option<String>,
    /// Why it would be this one.
    pub why: String,
}
