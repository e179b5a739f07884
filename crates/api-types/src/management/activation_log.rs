//! The activation log (SEAT-11).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{
    ActivationIdText, EntitlementIdText, KeyText, ModeText, NameText, ReasonText, SeatIdText, TimestampText,
    WireQuantity,
};

/// What was done, or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum LogOperation {
    Activate,
    Refresh,
    Deactivate,
    Release,
    Replace,
    Deny,
    Checkout,
    Return,
    Use,
    FeatureDeny,
    StateRestored,
}

/// An entry of the activation log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationLogEntry {
    /// When.
    pub time: TimestampText,
    /// What was done, or refused.
    pub operation: LogOperation,
    /// Of which entitlement; null for a denial that had none.
    pub entitlement_id: Option<EntitlementIdText>,
    /// Of which activation; null for a denial.
    pub activation_id: Option<ActivationIdText>,
    /// Of which seat.
    pub seat_id: Option<SeatIdText>,
    /// What people read of the seat.
    pub seat_name: Option<NameText>,
    /// When the lease ends that was given.
    pub lease_expiry: Option<TimestampText>,
    /// From which network address.
    pub address: Option<String>,
    /// The problem's code, of a denial.
    pub code: Option<String>,
    /// The feature, of a feature call.
    pub feature: Option<KeyText>,
    /// How much, of a feature call.
    pub amount: Option<WireQuantity>,
    /// How the activation is kept alive.
    pub mode: Option<ModeText>,
    /// Why, in the words of who released the seat.
    #[serde(default)]
    pub reason: Option<ReasonText>,
}
