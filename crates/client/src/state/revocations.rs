//! The newest revocation list that a reply brought (KEY-5). It outlives activations: what was taken back stays so.

use serde::{Deserialize, Serialize};

/// The list as the root signed it; it is verified each time that it is read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Revocations(pub(crate) String);
