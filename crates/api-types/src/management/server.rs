//! What a server says of itself, to anybody.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which server this is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// `chancery`.
    pub product: String,
    /// What it does: `authority`.
    pub role: String,
    /// The program's version.
    pub version: String,
}

/// Whether a server lives, or is ready. One that is not ready answers with a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The verdict.
    pub status: HealthStatus,
}

/// The verdict on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum HealthStatus {
    /// It runs.
    Live,
    /// It can answer: its storage does.
    Ready,
}
