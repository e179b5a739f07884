//! What a local server hosts (EXP-3…8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::management::{DryRunChange, Entitlement, Leaving};
use crate::wire::{ExportSessionIdText, TimestampText, WireQuantity};

/// An entitlement that was imported: its share here, as it is enforced now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostedEntitlement {
    /// The entitlement. Its `seats` are those that were delegated; overdraft of seats is not available here (EXP-8).
    #[serde(flatten)]
    pub entitlement: Entitlement,
    /// By which tokens it is here.
    pub delegation: HostedDelegation,
}

/// The vendor's word for what is enforced here (TOK-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostedDelegation {
    /// The export session.
    pub session_id: ExportSessionIdText,
    /// The session's number: each one of the entitlement has a higher one.
    pub session_number: u64,
    /// The number of the last token that was applied.
    pub seq: u64,
    /// When the vendor made that token.
    pub issued: TimestampText,
    /// When it was imported here.
    pub imported: TimestampText,
    /// When the delegation ends: no lease lasts longer; null: never.
    pub end: Option<TimestampText>,
}

/// What an import did (EXP-5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedHosted {
    /// The entitlement.
    pub entitlement: HostedEntitlement,
    /// Whether it was not here before.
    pub created: bool,
    /// What changed; of a repeated request nothing is told again.
    pub changes: Vec<DryRunChange>,
    /// Who lost a seat: at most 1000.
    pub leaving: Vec<Leaving>,
    /// How many did.
    pub leaving_count: u64,
    /// Whether the token was made before the one applied last, by the vendor's clock: it counts all the same, because its number does,
    /// but a clock of the vendor's errs.
    pub issue_date_ran_back: bool,
}

/// What is left of an entitlement that was deleted here (EXP-7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedHosted {
    /// The confirmation token (a JWE), in one line: to be carried to the vendor, who imports it. Asked again, it is the same.
    pub token: String,
}

/// How many seats were in use, hour by hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostedUsage {
    /// The hours of which something is known, the latest last. They are kept for 400 days.
    pub hours: Vec<HostedUsageHour>,
}

/// One hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostedUsageHour {
    /// When it began.
    pub hour: TimestampText,
    /// The most seats that were in use.
    pub seats_used: WireQuantity,
    /// How many there were.
    pub seats: WireQuantity,
    /// How many claims were denied.
    pub denials: WireQuantity,
}
