//! The device's keys: made on this machine, for one activation from its claim to its end, and never sent (SEAT-12, OFF-3).
//!
//! They have a file of their own. They stand there before a claim is sent, because the seat may be bound to them, whatever
//! is lost then; and a damaged activation does not take them with it, without which it could not be had again.

use std::collections::BTreeMap;

use chancery_token::hash::{base64url, from_base64url};
use chancery_token::{Entropy, LocalKey, OpeningKey, SigningKey};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// The keys by the seat ids that were claimed with them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Keys(BTreeMap<String, DeviceKeys>);

impl Keys {
    pub(crate) fn of(&self, seat_id: &str) -> Option<&DeviceKeys> {
        self.0.get(seat_id)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &DeviceKeys> {
        self.0.values()
    }

    pub(crate) fn add(&mut self, seat_id: &str, keys: DeviceKeys) {
        self.0.insert(seat_id.to_owned(), keys);
    }

    /// Forgets the keys of a seat that is given back: the next activation has others.
    pub(crate) fn remove(&mut self, seat_id: &str) {
        self.0.remove(seat_id);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The keys of one activation cycle (OFF-3). They have no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceKeys {
    /// Signs (Ed25519): the seat is bound to it.
    sign: Seed,
    /// Opens what is sealed to this device (X25519).
    seal: Seed,
}

#[derive(Clone, PartialEq, Eq)]
struct Seed([u8; 32]);

impl DeviceKeys {
    pub(crate) fn new(entropy: &mut Entropy) -> Self {
        Self { sign: Seed(entropy.bytes()), seal: Seed(entropy.bytes()) }
    }

    /// The key that signs.
    pub(crate) fn signing(&self) -> Result<LocalKey, Error> {
        LocalKey::ed25519_from_seed(&self.sign.0).map_err(|_| unusable())
    }

    /// The key that opens.
    pub(crate) fn opening(&self) -> Result<OpeningKey, Error> {
        OpeningKey::from_seed(&self.seal.0).map_err(|_| unusable())
    }

    /// What the seat is bound to.
    pub(crate) fn thumbprint(&self) -> Result<String, Error> {
        Ok(self.signing()?.kid().to_owned())
    }
}

fn unusable() -> Error {
    Error::Internal("the device's key cannot be used".to_owned())
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = from_base64url(&String::deserialize(deserializer)?);
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| D::Error::custom("a device key"))
    }
}
