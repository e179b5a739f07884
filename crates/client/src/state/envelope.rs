//! What a file of the state says: `{"version": 1, "checksum": …, "activation": {…}}`, or `"keys"` in its place.
//!
//! The checksum finds damage, not malice: rights come from the lease, which the vendor signed.

use chancery_token::hash::{base64url, sha256};
use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::device::Keys;
use super::record::Held;
use super::revocations::Revocations;
use crate::Error;
use crate::machine::identity::Identity;

const VERSION: u64 = 1;

/// What a file holds, under the name of a member.
pub(crate) trait Content: Serialize + DeserializeOwned {
    const FILE: &'static str;
    const MEMBER: &'static str;
}

impl Content for Held {
    const FILE: &'static str = "state.json";
    const MEMBER: &'static str = "activation";
}

impl Content for Keys {
    const FILE: &'static str = "keys.json";
    const MEMBER: &'static str = "keys";
}

impl Content for Identity {
    const FILE: &'static str = "machine.json";
    const MEMBER: &'static str = "machine";
}

impl Content for Revocations {
    const FILE: &'static str = "revocations.json";
    const MEMBER: &'static str = "revocations";
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Deserialize)]
struct Envelope<C> {
    checksum: String,
    #[serde(alias = "activation", alias = "keys", alias = "machine", alias = "revocations")]
    content: C,
}

struct Written<'a, C> {
    checksum: String,
    content: &'a C,
}

impl<C: Content> Serialize for Written<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(3))?;
        members.serialize_entry("version", &VERSION)?;
        members.serialize_entry("checksum", &self.checksum)?;
        members.serialize_entry(C::MEMBER, self.content)?;
        members.end()
    }
}

pub(super) fn parse<C: Content>(text: &str) -> Result<C, Error> {
    let damaged = |error: serde_json::Error| Error::StateDamaged(place(&error));
    // The version first: a newer text may have any other form.
    let Versioned { version } = serde_json::from_str(text).map_err(damaged)?;
    match version {
        VERSION => {}
        0 => return Err(Error::StateDamaged("it has no version".to_owned())),
        newer => return Err(Error::StateNewer(newer)),
    }
    let Envelope { checksum: written, content } = serde_json::from_str(text).map_err(damaged)?;
    if written != checksum(&content)? {
        return Err(Error::StateDamaged("its checksum is wrong".to_owned()));
    }
    Ok(content)
}

pub(super) fn write<C: Content>(content: &C) -> Result<String, Error> {
    let written = Written { checksum: checksum(content)?, content };
    serde_json::to_string_pretty(&written).map(|text| text + "\n").map_err(unwritable)
}

fn checksum(content: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_vec(content).map_err(unwritable)?;
    Ok(base64url(&sha256(&[&text])))
}

/// Where, not what: the text of a parser's error may repeat a secret.
fn place(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::Internal(format!("the state cannot be written as text: {error}"))
}
