//! Local servers as the vendor sees them (LLS-2, LLS-4, EXP-10).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::export::ExportSession;
use crate::wire::{
    ActivationIdText, CustomerIdText, EntitlementIdText, KeyText, LocalServerIdText, MachineText, NameText, ReasonText,
    Secret, TimestampText, WireQuantity,
};

/// A server that a customer runs where the internet does not reach. Activating its license registers it (LLS-2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalServer {
    /// Its id, which it gave itself.
    pub id: LocalServerIdText,
    /// What people read.
    pub name: NameText,
    /// Whose it is.
    pub customer_id: CustomerIdText,
    /// The activation of its license.
    pub activation_id: ActivationIdText,
    /// Whether it can be chosen as a host: it has its license's seat, the lease runs, and it is not lost.
    pub active: bool,
    /// When its license's lease ends; null: never.
    pub lease_expiry: Option<TimestampText>,
    /// Whether it was declared lost (LLS-4).
    pub lost: bool,
    /// When it was declared lost.
    pub lost_since: Option<TimestampText>,
    /// Why it was declared lost.
    pub lost_reason: Option<ReasonText>,
    /// When its last usage report was made; null: there was none yet.
    pub last_report: Option<TimestampText>,
    /// How many rows its activation log had then.
    pub log_rows: Option<u64>,
    /// The hash over that log, which it still has to show if it is asked.
    pub log_hash: Option<String>,
    /// The entitlements of which it has a share.
    pub entitlements: Vec<EntitlementIdText>,
    /// The machine that it is bound to, as it told when it was activated (EXP-10); null: to its database, or to none.
    pub machine: Option<String>,
    /// The thumbprint of the key with which it signs (RFC 7638).
    pub key_thumbprint: String,
    /// When it was made: registered first.
    pub created: TimestampText,
    /// When it was last changed.
    pub updated: TimestampText,
}

/// Declares a local server lost: it will never report or return anything (LLS-4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclareLocalServerLost {
    /// Why: kept in the audit.
    pub reason: ReasonText,
}

/// Lets a local server run on another machine, because its own is dead (EXP-10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RebindLocalServer {
    /// The new machine, as `chancery local identity` shows it there.
    pub machine: MachineText,
}

/// A token to be carried to a local server that was moved to another machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReboundLocalServer {
    /// The token (a JWE), in one line. Only the local server can open it.
    pub token: String,
    /// The local server.
    pub local_server: LocalServer,
}

/// A usage report that was carried here from a local server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportLocalServer {
    /// The token as it was carried: one line, a `.chancery` file's text, or the texts of its QR codes below each other (TOK-6).
    pub token: Secret,
}

/// What became of a usage report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportedLocalServer {
    /// The local server.
    pub local_server: LocalServer,
    /// The sessions of which it told.
    pub sessions: Vec<ExportSession>,
    /// Whether this very report was taken before: nothing was changed.
    pub already_done: bool,
}

/// What a local server told of its share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalServerUsage {
    /// How many seats were used.
    pub seats_used: WireQuantity,
    /// How many leases could still be running, those of released seats too.
    pub running: WireQuantity,
    /// When the last of them ends; null: never, or none runs.
    pub running_until: Option<TimestampText>,
    /// What was used of counted features.
    pub features: BTreeMap<KeyText, LocalServerFeatureUsage>,
    /// How many activations its list has.
    pub activations: WireQuantity,
    /// How many claims were denied.
    pub denials: WireQuantity,
}

/// What a local server told of one counted feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalServerFeatureUsage {
    /// How much was taken or spent.
    pub used: WireQuantity,
    /// Since when it is counted.
    pub since: TimestampText,
    /// How much of a pool seats have whose leases could still be running; of a counter, what a server that was set back may still spend.
    pub held: WireQuantity,
}
