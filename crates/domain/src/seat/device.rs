//! Seats that are bound to a device's key (SEAT-12).

use std::fmt;
use std::str::FromStr;

use crate::{Activation, Candidate, DeviceKeys, Invalid, Product, Refusal, SecretMode, Timestamp};

/// The RFC 7638 thumbprint of a device's public key: SHA-256 in base64url.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// How many characters it has.
    const LENGTH: usize = 43;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Thumbprint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let of_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let right = text.len() == Self::LENGTH && text.bytes().all(of_base64url);
        if right { Ok(Self(text.to_owned())) } else { Err(Invalid::BadFormat) }
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thumbprint({})", self.0)
    }
}

/// What a claim shows of its device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceClaim {
    /// Nothing is asked: it is only explained what a claim by the right device would get.
    #[default]
    Unasked,
    /// No key was shown.
    Keyless {
        /// Why the product's claims must show one, if they must.
        required: Option<Refusal>,
    },
    /// A key, whose possession was proved (TOK-10).
    Proved(Thumbprint),
}

impl DeviceClaim {
    /// The claim on a seat of a product, with the key that was proved, if one was.
    #[must_use]
    pub fn of(product: &Product, key: Option<Thumbprint>) -> Self {
        match key {
            Some(key) => Self::Proved(key),
            None => Self::Keyless { required: product.requires_device_key() },
        }
    }

    /// The key that was proved.
    #[must_use]
    pub const fn key(&self) -> Option<&Thumbprint> {
        match self {
            Self::Proved(key) => Some(key),
            Self::Unasked | Self::Keyless { .. } => None,
        }
    }
}

impl Product {
    /// Why an activation without a device key is refused, if it is: the product wants seats bound to devices (SEAT-12), or the
    /// key stands in the place of the licensee secret (SEC-5).
    #[must_use]
    pub const fn requires_device_key(&self) -> Option<Refusal> {
        match (self.device_keys, self.secret_mode) {
            (DeviceKeys::Required, _) => Some(Refusal::DeviceKeyRequired),
            (DeviceKeys::Optional, SecretMode::Key) => Some(Refusal::LicenseeSecretRequired),
            (DeviceKeys::Optional, SecretMode::Disabled | SecretMode::Predefined | SecretMode::Client) => None,
        }
    }
}

impl Activation {
    /// Whether a device may have this activation: it is bound to the device's key or to none, or its lease has ended, so that
    /// the device to which it is bound does not run by it any more.
    ///
    /// # Errors
    /// `SeatHeldByAnotherDevice`.
    pub fn check_device(&self, key: Option<&Thumbprint>, now: Timestamp) -> Result<(), Refusal> {
        match &self.device_key {
            Some(bound) if Some(bound) != key && self.is_in_use(now) => Err(self.held_by_another_device()),
            _ => Ok(()),
        }
    }

    fn held_by_another_device(&self) -> Refusal {
        Refusal::SeatHeldByAnotherDevice { until: Some(self.frees_at).filter(|end| *end < Timestamp::MAX) }
    }

    /// Whether a later call is made by the device to which the activation is bound. `proved` is the key that the call proved
    /// (SEC-5).
    ///
    /// Where the key is the licensee secret, no proof and another's are refused as a missing and a wrong secret; else a proof
    /// may be missing, but not be another device's.
    ///
    /// # Errors
    /// `LicenseeSecretRequired`, `LicenseeSecretMismatch`, `SeatHeldByAnotherDevice`.
    pub fn check_possession(&self, mode: SecretMode, proved: Option<&Thumbprint>) -> Result<(), Refusal> {
        let by_key = mode == SecretMode::Key;
        match (&self.device_key, proved) {
            (Some(bound), Some(proved)) if bound == proved => Ok(()),
            (Some(_), Some(_)) if by_key => Err(Refusal::LicenseeSecretMismatch),
            (Some(_), Some(_)) => Err(self.held_by_another_device()),
            // One that was made before the mode was chosen has no key: it must be activated with one.
            (None, _) | (Some(_), None) if by_key => Err(Refusal::LicenseeSecretRequired),
            (None, _) | (Some(_), None) => Ok(()),
        }
    }
}

impl Candidate {
    /// Whether the claiming device may have what this entitlement would give it.
    pub(crate) fn check_device(&self, device: &DeviceClaim, now: Timestamp) -> Result<(), Refusal> {
        if let DeviceClaim::Keyless { required: Some(refusal) } = device {
            return Err(refusal.clone());
        }
        match (device, &self.held) {
            (DeviceClaim::Unasked, _) | (_, None) => Ok(()),
            (device, Some(held)) => held.check_device(device.key(), now),
        }
    }

    /// The lower, the rather it serves a claim: the device's own seat, then a seat of its seat id that is another device's,
    /// which stands in the way (SEAT-2), then none.
    pub(super) fn standing(&self, device: &DeviceClaim, now: Timestamp) -> u8 {
        match &self.held {
            Some(_) => u8::from(self.check_device(device, now).is_err()),
            None => 2,
        }
    }
}
