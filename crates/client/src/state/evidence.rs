//! The proof of time, as the state remembers it (OFF-11). It outlives activations: time does not begin anew.

use chancery_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// It was at least this late when this was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Evidence {
    /// In microseconds since 1970.
    proof: i64,
    /// By the clock of a local server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hosted: Option<Kept>,
}

/// How late it was by a lease of a local server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    lease: String,
    proof: i64,
}

/// How late it is at least by the clock of a local server: for one of its leases, and for nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hosted {
    /// Which lease.
    pub(crate) lease: String,
    pub(crate) proof: Timestamp,
}

impl Evidence {
    pub(crate) fn of(proof: Timestamp, hosted: Option<&Hosted>) -> Self {
        let hosted = hosted.map(|Hosted { lease, proof }| Kept { lease: lease.clone(), proof: proof.as_micros() });
        Self { proof: proof.as_micros(), hosted }
    }

    /// The instant.
    pub(crate) fn proof(&self) -> Timestamp {
        instant(self.proof)
    }

    /// What was kept for a lease of a local server.
    pub(crate) fn hosted(&self) -> Option<Hosted> {
        self.hosted.as_ref().map(|kept| Hosted { lease: kept.lease.clone(), proof: instant(kept.proof) })
    }
}

/// The first instant there is, if it is none.
fn instant(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or(Timestamp::MIN)
}
