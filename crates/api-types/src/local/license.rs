//! The license of a local server itself (LLS-1…3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LocalMachine;
use crate::wire::{
    ActivationIdText, EntitlementIdText, LocalServerIdText, NameText, Secret, TimestampText, VendorIdText, present,
};

/// Asks for a request token by which the vendor activates this server (OFF-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestLocalLicense {
    /// The activation code of an order of local servers.
    pub activation_code: Secret,
    /// What the vendor shall see as this server's name. Default: what it was named before.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub server_name: Option<NameText>,
}

/// Whether this server serves products, and what of it ends when (LLS-1…3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalStatus {
    /// Whether products are served.
    pub status: LocalStatusKind,
    /// Why they are not, as a word for programs; null: they are served.
    pub reason: Option<String>,
    /// The same in a sentence, with what to do.
    pub detail: Option<String>,
    /// This server.
    pub server_id: LocalServerIdText,
    /// What the vendor sees as its name.
    pub server_name: Option<NameText>,
    /// Whose products it serves.
    pub vendor_id: VendorIdText,
    /// The vendor's name.
    pub vendor_name: NameText,
    /// Whether that is a sandbox (CLK-1).
    pub sandbox: bool,
    /// The activation of its license; null: there was none yet.
    pub activation_id: Option<ActivationIdText>,
    /// The name of its seat at the vendor.
    pub seat_name: Option<String>,
    /// When its license was issued or refreshed last.
    pub license_issued: Option<TimestampText>,
    /// When its license ends; null: never, or there is none.
    pub license_expiry: Option<TimestampText>,
    /// What ends soon.
    pub warnings: Vec<LocalWarning>,
    /// Since when it is known that its database was set back (EXP-9): no new seat is given until an administrator confirms it.
    pub restored: Option<TimestampText>,
    /// How often that was confirmed, and one more: what leases say since.
    pub epoch: u64,
    /// The machine that it is bound to, and the one that it runs on (EXP-10).
    pub machine: LocalMachine,
    /// The latest instant that is proved, if the machine's clock is behind it (OFF-11).
    pub clock_behind: Option<TimestampText>,
    /// What its clock shows.
    pub now: TimestampText,
}

/// Whether a local server serves products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum LocalStatusKind {
    /// It does not: every call of the licensing API is refused with `local_server_not_active`.
    NotActive,
    /// It was activated by carried tokens, and serves them.
    OfflineActivated,
}

/// That something ends within 30, 14, 7, 3 or 1 days (LLS-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalWarning {
    /// What ends.
    pub what: LocalWarningOf,
    /// Of which entitlement the delegation ends.
    pub entitlement_id: Option<EntitlementIdText>,
    /// Within so many days: 30, 14, 7, 3 or 1.
    pub days: u32,
    /// When.
    pub ends: TimestampText,
}

/// What can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LocalWarningOf {
    /// The server's own license: ask the vendor for a refresh token.
    License,
    /// What the vendor delegated of an entitlement: ask for a newer export token.
    Delegation,
}

/// What is left of a license that was given up (OFF-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeactivatedLocal {
    /// The deactivation token (a JWE), in one line: to be carried to the vendor, who frees the seat by it.
    pub token: String,
    /// How many entitlements are still hosted here: their seats stay out at the vendor until this server is activated again, or they are
    /// deleted here and their confirmation tokens carried to the vendor (EXP-11).
    pub hosted: u64,
}
