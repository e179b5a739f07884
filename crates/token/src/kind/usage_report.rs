//! The usage report: what a local server uses of all that it hosts, for a person to carry to the vendor (EXP-6).

use chancery_domain::{EntitlementId, ExportSessionId, LocalServerId};
use serde::{Deserialize, Serialize};

use super::from_server::{self, FromServer};
use super::offline::{self, OfflineExpectation};
use super::usage::Usage;
use crate::claims::{Issued, Kind, MOST_BYTES_LARGE, Verified};
use crate::wire::text;
use crate::{Entropy, Jwk, OpeningKey, SealingKey, SignError, SigningKey, TokenError};

/// The claims of a usage report. The server's registered key signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageReportClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the vendor's receiving key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The local server.
    #[serde(rename = "serverId", with = "text")]
    pub server: LocalServerId,
    /// The report's number: each report of a server has a higher one.
    pub report_seq: u64,
    /// What it hosts.
    pub sessions: Vec<ReportedSession>,
    /// The head of its log.
    pub log: LogHead,
}

/// What a report says of one export session.
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
    /// What is used.
    pub usage: Usage,
}

/// The head of a local server's log: a later log that does not go through it is another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// How many rows it has.
    pub rows: u64,
    /// The hash over all of them, in base64url.
    pub hash: String,
}

impl Kind for UsageReportClaims {
    const TYP: &'static str = "chancery-usage+jwt";
    const MOST_BYTES: usize = MOST_BYTES_LARGE;
}

impl FromServer for UsageReportClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn server(&self) -> LocalServerId {
        self.server
    }
}

impl UsageReportClaims {
    /// Signs the report with the server's key, and seals it to the vendor's, whose `kid` is its `audience`.
    ///
    /// # Errors
    /// [`SignError`] if one of the keys fails.
    pub fn seal(
        &self,
        server: &dyn SigningKey,
        vendor: &SealingKey,
        entropy: &mut Entropy,
    ) -> Result<String, SignError> {
        offline::seal(self, server, None, vendor, entropy)
    }
}

/// A report by the server that it names.
pub type UsageReport = Verified<UsageReportClaims>;

impl UsageReport {
    /// Opens a report with the vendor's receiving keys. `lookup` finds, by its `kid`, the key of a registered server, and which
    /// server that is.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(
        text: &str,
        keys: &[&OpeningKey],
        expected: &OfflineExpectation,
        lookup: impl FnOnce(&str) -> Option<(LocalServerId, Jwk)>,
    ) -> Result<Self, TokenError> {
        from_server::open(text, keys, expected, lookup)
    }
}
