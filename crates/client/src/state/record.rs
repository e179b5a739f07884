//! What the state's text says: `{"version": 1, "checksum": …, "activation": {…}}`.
//!
//! The checksum finds damage, not malice: rights come from the lease, which the vendor signed.

use std::fmt;

use chancery_domain::{ActivationId, Invalid};
use chancery_token::hash::{base64url, sha256};
use serde::{Deserialize, Serialize};

use crate::Error;

const VERSION: u64 = 1;

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

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Deserialize)]
struct Read {
    checksum: String,
    activation: Held,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u64,
    checksum: String,
    activation: &'a Held,
}

pub(super) fn parse(text: &str) -> Result<Held, Error> {
    let damaged = |error: serde_json::Error| Error::StateDamaged(place(&error));
    // The version first: a newer text may have any other form.
    let Versioned { version } = serde_json::from_str(text).map_err(damaged)?;
    match version {
        VERSION => {}
        0 => return Err(Error::StateDamaged("it has no version".to_owned())),
        newer => return Err(Error::StateNewer(newer)),
    }
    let read: Read = serde_json::from_str(text).map_err(damaged)?;
    if read.checksum != checksum(&read.activation)? {
        return Err(Error::StateDamaged("its checksum is wrong".to_owned()));
    }
    Ok(read.activation)
}

pub(super) fn write(held: &Held) -> Result<String, Error> {
    let written = Written { version: VERSION, checksum: checksum(held)?, activation: held };
    serde_json::to_string_pretty(&written).map(|text| text + "\n").map_err(unwritable)
}

fn checksum(held: &Held) -> Result<String, Error> {
    let text = serde_json::to_vec(held).map_err(unwritable)?;
    Ok(base64url(&sha256(&[&text])))
}

/// Where, not what: the text of a parser's error may repeat a secret.
fn place(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::Internal(format!("the state cannot be written as text: {error}"))
}
