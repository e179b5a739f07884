//! What a local server says of an entitlement that it hosts: in returns and in reports (EXP-6, EXP-7).

use std::fmt;

use chancery_domain::{EntitlementId, ExportSessionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::wire::{bytes_32, text, text_null_or_absent, text_or_null};

/// What a local server says of an export session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedSession {
    /// The session.
    #[serde(rename = "sessionId", with = "text")]
    pub session: ExportSessionId,
    /// The entitlement.
    #[serde(rename = "entitlementId", with = "text")]
    pub entitlement: EntitlementId,
    /// The number of the last token of the session that was applied.
    pub seq: u64,
    /// What is used, or was until now.
    pub usage: Usage,
}

/// What is in use of an entitlement at the server that says it, at the instant at which it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// How many seats are taken.
    pub seats_used: u64,
    /// How many leases could still be running, those of seats that were lost too.
    pub running: u64,
    /// Until when the last of them runs: absent if nothing does, `null` without end.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_null_or_absent")]
    pub running_until: Option<Option<Timestamp>>,
    /// The counted features.
    pub features: Vec<UsedFeature>,
    /// How many activations there ever were.
    pub activations: u64,
    /// How often a seat was denied.
    pub denials: u64,
    /// What is stored of the licensee's secret, if it was set there (SEC-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee_secret: Option<CarriedSecret>,
}

/// What is in use of a counted feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedFeature {
    /// Its key.
    pub key: String,
    /// How much was spent, or is taken.
    pub used: u64,
    /// Since when it counts.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text_or_null")]
    pub since: Option<Timestamp>,
    /// How much of it seats hold that could still be running.
    pub held: u64,
}

/// What is stored of a licensee secret, carried between two servers: an HMAC under a random key of its own (SEC-3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedSecret {
    /// The random key.
    #[serde(with = "bytes_32")]
    pub key: [u8; 32],
    /// The HMAC-SHA-256 of the secret under that key.
    #[serde(with = "bytes_32")]
    pub mac: [u8; 32],
    /// Since when it holds.
    #[serde(with = "text")]
    pub since: Timestamp,
}

/// Without key and HMAC: a short secret could be guessed from them.
impl fmt::Debug for CarriedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CarriedSecret").field("since", &self.since).finish_non_exhaustive()
    }
}
