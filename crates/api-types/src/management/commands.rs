//! Commands to entitlements and customers, and what a dry run of one says.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::wire::{
    ActivationIdText, KeyText, OfferingRef, OverridableText, ReasonText, SeatIdText, TimestampText, WireQuantity,
    at_least_one,
};

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

/// Restores what was deleted (ENT-10).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Restore {}

/// Sets counters of `usageCount` features back to zero (FEAT-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetUsage {
    /// The features' keys: at least one.
    #[serde(deserialize_with = "at_least_one")]
    pub features: Vec<KeyText>,
}

/// How much to check out, return or use for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivationFeatureAmount {
    /// The amount.
    pub amount: WireQuantity,
}

/// Releases a seat (SEAT-9).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseActivation {
    /// Why: kept in the audit and in the activation log. Needed to free the seat at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonText>,
}

/// Keeps a seat for its device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshActivation {}

/// A call on a feature, for a device (FEAT-1…3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallFeature {
    /// How much.
    pub amount: WireQuantity,
}

/// Takes up another offering of the same product (ENT-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeOffering {
    /// The offering, by its id or SKU.
    pub offering_id: OfferingRef,
}

/// Lets what is named follow the catalog again (ENT-9); at least one thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetOverrides {
    /// Members of the entitlement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<OverridableText>,
    /// Features, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<KeyText>,
    /// Attributes, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<KeyText>,
}

/// What a command would do (MAN-3). Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Always true.
    pub dry_run: bool,
    /// What would change.
    pub changes: Vec<DryRunChange>,
    /// Who would lose a seat, or what it lives on: at most 1000.
    pub leaving: Vec<Leaving>,
    /// How many would.
    #[serde(default)]
    pub leaving_count: u64,
}

/// One member that would change. Numbers and truths are such in JSON too; all else is a text as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRunChange {
    /// Of what: an id.
    pub subject: String,
    /// The member.
    pub field: String,
    /// What it is; null for a new record, and for what is not set.
    pub from: Value,
    /// What it would be; null for a record that would be gone, and for what would not be set.
    pub to: Value,
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
    /// Why it would be this one, and what would become of its seat.
    pub why: String,
}
