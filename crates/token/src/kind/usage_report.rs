//! The usage report: what a local server uses of all that it hosts, for a person to carry to the vendor (EXP-6).

use serde::{Deserialize, Serialize};

use super::from_server::{FromServer, Said};
use super::usage::ReportedSession;
use crate::claims::Verified;

/// The claims of a usage report.
pub type UsageReportClaims = FromServer<ReportedUsage>;

/// What a usage report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedUsage {
    /// The report's number: each report of a server has a higher one.
    pub report_seq: u64,
    /// What it hosts.
    pub sessions: Vec<ReportedSession>,
    /// The head of its log.
    pub log: LogHead,
}

/// The head of a local server's log: a later log that does not go through it is another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// How many rows it has.
    pub rows: u64,
    /// The hash over all of them, in base64url.
    pub hash: String,
}

impl Said for ReportedUsage {
    const TYP: &'static str = "chancery-usage+jwt";
}

/// A report by the server that it names.
pub type UsageReport = Verified<UsageReportClaims>;
