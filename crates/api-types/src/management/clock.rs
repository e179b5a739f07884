//! The clock of a sandbox (CLK-1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::TimestampText;

/// Moves a sandbox vendor's clock forward.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveClock {
    /// The instant to which it moves: not before its present one.
    pub now: TimestampText,
}

/// A vendor's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    /// What it shows.
    pub now: TimestampText,
    /// Whether the vendor is a sandbox: only then it can be moved.
    pub sandbox: bool,
}
