//! The activation, and the way to it and from it by carried tokens, as the state remembers them.

use std::fmt;

use chancery_domain::{ActivationId, Invalid, Mode};
use serde::{Deserialize, Serialize};

use crate::Error;

/// How many offline requests are remembered at most; of more, the oldest are forgotten.
const MOST_REQUESTS: usize = 64;

/// What stands in `state.json`. It is one file, so that each step from one standing to the next is one write: there is no crash
/// after which an activation is gone and nothing tells of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record {
    /// The activation.
    pub(crate) held: Option<Held>,
    /// The offline requests that wait for a response, the oldest first (OFF-3).
    pub(crate) requests: Vec<Request>,
    /// How the last activation ended, if that was by a carried token and none came since (OFF-8).
    pub(crate) deactivated: Option<Deactivated>,
}

/// An offline request that was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) seat_id: String,
}

/// An offline activation that was given up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deactivated {
    /// The token that says so, to be shown again.
    pub(crate) token: String,
    /// The seat id that it was activated with.
    pub(crate) seat_id: String,
    /// The key that it was held by, which must not live on.
    pub(crate) key: String,
}

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
    /// What else is needed to keep it alive.
    pub(crate) link: Link,
}

/// How an activation is kept alive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Link {
    /// By calls to a server.
    Online(Online),
    /// By carried tokens.
    Offline(Offline),
}

/// What calls need.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Online {
    /// The access token.
    pub(crate) access_token: String,
    /// The current nonce (SAFE-2).
    pub(crate) nonce: String,
    /// The changing call that was sent, or was to be, and of which no reply came yet.
    pub(crate) pending: Option<Pending>,
}

/// What carried tokens are compared with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offline {
    /// The number of the last token that was applied (OFF-7).
    pub(crate) seq: u64,
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

impl Record {
    /// Whether it says nothing, and needs no file.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// An activation takes the place of all that was before it: requests, and the token that ended the last one.
    pub(crate) fn of(held: Held) -> Self {
        Self { held: Some(held), ..Self::default() }
    }

    /// Remembers a request, and perhaps forgets the oldest.
    pub(crate) fn remember(&mut self, request: Request) {
        self.requests.push(request);
        let over = self.requests.len().saturating_sub(MOST_REQUESTS);
        self.requests.drain(..over);
    }
}

impl Held {
    pub(crate) const fn mode(&self) -> Mode {
        match self.link {
            Link::Online(_) => Mode::Online,
            Link::Offline(_) => Mode::Offline,
        }
    }

    pub(crate) fn activation(&self) -> Result<ActivationId, Error> {
        self.id.parse().map_err(|_: Invalid| Error::StateDamaged("state.json: the activation's id is none".to_owned()))
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
