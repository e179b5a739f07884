//! The activation, as the state remembers it.

use std::fmt;

use chancery_domain::{ActivationId, Invalid};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The activation that is held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    /// Its id.
    pub(crate) id: String,
    /// The seat id that it was activated with.
    pub(crate) seat_id: String,
    /// The lease.
    pub(crate) lease: String,
    /// The access token.
    pub(crate) access_token: String,
    /// The current nonce (SAFE-2).
    pub(crate) nonce: String,
    /// The changing call that was sent, or was to be, and of which no reply came yet.
    pub(crate) pending: Option<Pending>,
}

/// A changing call, as it was sent: it is repeated to the letter (SAFE-3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pending {
    pub(crate) change: Change,
    pub(crate) body: String,
    pub(crate) nonce: String,
    pub(crate) idempotency_key: String,
}

/// What changes an activation, and needs its nonce.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "camelCase")]
pub(crate) enum Change {
    Refresh,
    Checkout { feature: String },
    Return { feature: String },
    Use { feature: String },
}

impl Held {
    pub(crate) fn activation(&self) -> Result<ActivationId, Error> {
        self.id.parse().map_err(|_: Invalid| Error::StateDamaged("the activation's id".to_owned()))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Held({})", self.id)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refresh => f.write_str("refresh"),
            Self::Checkout { feature } => write!(f, "checkout {feature}"),
            Self::Return { feature } => write!(f, "return {feature}"),
            Self::Use { feature } => write!(f, "use {feature}"),
        }
    }
}
