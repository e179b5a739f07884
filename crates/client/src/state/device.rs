//! The device's keys: made on this machine, each for one activation from its claim to its end, and never sent (SEAT-12).
//!
//! They have a file of their own. A key stands there before its claim is sent, because the seat may be bound to it, whatever is
//! lost then; and a damaged activation does not take the key with it, without which it could not be had again.

use std::collections::BTreeMap;

use chancery_token::hash::{base64url, from_base64url};
use chancery_token::{Entropy, LocalKey, SigningKey};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// The keys by the seat ids that were claimed with them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Keys(BTreeMap<String, DeviceKey>);

impl Keys {
    pub(crate) fn of(&self, seat_id: &str) -> Option<&DeviceKey> {
        self.0.get(seat_id)
    }

    pub(crate) fn add(&mut self, seat_id: &str, key: DeviceKey) {
        self.0.insert(seat_id.to_owned(), key);
    }

    /// Forgets the key of a seat that is given back: the next activation has another.
    pub(crate) fn remove(&mut self, seat_id: &str) {
        self.0.remove(seat_id);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The seed of an Ed25519 key. It has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DeviceKey([u8; 32]);

impl DeviceKey {
    pub(crate) fn new(entropy: &mut Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// The key, ready to sign.
    pub(crate) fn open(&self) -> Result<LocalKey, Error> {
        LocalKey::ed25519_from_seed(&self.0).map_err(|_| Error::Internal("the device's key cannot be used".to_owned()))
    }

    /// What the seat is bound to.
    pub(crate) fn thumbprint(&self) -> Result<String, Error> {
        Ok(self.open()?.kid().to_owned())
    }
}

impl Serialize for DeviceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for DeviceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = from_base64url(&String::deserialize(deserializer)?);
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| D::Error::custom("a device key"))
    }
}
