//! The proof of time, as the state remembers it (OFF-11). It outlives activations: time does not begin anew.

use chancery_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// It was at least this late when this was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Evidence {
    /// In microseconds since 1970.
    proof: i64,
}

impl Evidence {
    pub(crate) const fn of(proof: Timestamp) -> Self {
        Self { proof: proof.as_micros() }
    }

    /// The instant; the first there is, if it is none.
    pub(crate) fn proof(self) -> Timestamp {
        Timestamp::from_micros(self.proof).unwrap_or(Timestamp::MIN)
    }
}
