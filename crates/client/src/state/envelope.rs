//! The text of a file of the state: `{"version":1,"checksum":…,"content":…}`.
//!
//! The version stands outside of what is encrypted, so that an older program can tell a newer file from a damaged one. The checksum
//! finds damage, not malice: it tells a damaged file from one that another key encrypted.

use chancery_token::hash::{base64url, sha256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::device::Keys;
use super::evidence::Evidence;
use super::record::Record;
use super::revocations::Revocations;
use crate::Error;

const VERSION: u64 = 1;

/// What a file holds, encrypted. A new one stands in [`FILES`] too.
pub(crate) trait Content: Serialize + DeserializeOwned {
    const FILE: &'static str;
}

impl Content for Record {
    const FILE: &'static str = "state.json";
}

impl Content for Keys {
    const FILE: &'static str = "keys.json";
}

impl Content for Revocations {
    const FILE: &'static str = "revocations.json";
}

impl Content for Evidence {
    const FILE: &'static str = "clock.json";
}

/// All files that are encrypted under the state's key.
pub(super) const FILES: [&str; 4] = [Record::FILE, Keys::FILE, Revocations::FILE, Evidence::FILE];

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    version: u64,
    checksum: String,
    content: T,
}

pub(super) fn parse<T: Serialize + DeserializeOwned>(file: &str, text: &str) -> Result<T, Error> {
    let unreadable = |error: serde_json::Error| damaged(file, &place(&error));
    // The version first: a newer text may have any other form.
    let Versioned { version } = serde_json::from_str(text).map_err(unreadable)?;
    match version {
        VERSION => {}
        0 => return Err(damaged(file, "it has no version")),
        newer => return Err(Error::StateNewer(newer)),
    }
    let Envelope { content, .. } = serde_json::from_str::<Envelope<T>>(text).map_err(unreadable)?;
    // Its checksum too: there is one text for each content.
    if write(&content)? == text { Ok(content) } else { Err(damaged(file, "it is not as it was written")) }
}

pub(super) fn write<T: Serialize>(content: &T) -> Result<String, Error> {
    let bytes = serde_json::to_vec(content).map_err(unwritable)?;
    let envelope = Envelope { version: VERSION, checksum: base64url(&sha256(&[&bytes])), content };
    serde_json::to_string(&envelope).map(|text| text + "\n").map_err(unwritable)
}

/// Which file is damaged, and how.
pub(super) fn damaged(file: &str, how: &str) -> Error {
    Error::StateDamaged(format!("{file}: {how}"))
}

pub(super) fn unwritable(error: serde_json::Error) -> Error {
    Error::Internal(format!("the state cannot be written as text: {error}"))
}

/// Where, not what: the text of a parser's error may repeat a secret.
fn place(error: &serde_json::Error) -> String {
    format!("line {}, column {} cannot be read", error.line(), error.column())
}
