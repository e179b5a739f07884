//! The local management API: a local server's own license, what it hosts, and what is carried to it and from it (local-server.md).

mod entitlement;
mod license;
mod machine;
mod token;

pub use entitlement::{
    DeletedHosted, HostedDelegation, HostedEntitlement, HostedUsage, HostedUsageHour, ImportedHosted,
};
pub use license::{DeactivatedLocal, LocalStatus, LocalStatusKind, LocalWarning, LocalWarningOf, RequestLocalLicense};
pub use machine::{LocalMachine, MoveLocal};
pub use token::ReadToken;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::Secret;

/// A token that was carried here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplyLocalToken {
    /// The token as it was carried: one line, a `.chancery` file's text, or the texts of its QR codes below each other (TOK-6).
    pub token: Secret,
}

/// A token to be carried to the vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalToken {
    /// The token (a JWE), in one line. Only the vendor can open it.
    pub token: String,
}
