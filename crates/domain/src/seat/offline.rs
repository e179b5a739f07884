//! Activations to which tokens are carried by hand: their numbers, and which devices get any (OFF-4, OFF-6, OFF-7, OFF-9).

use crate::{Activation, Mode, Refusal, Standing, Thumbprint, Timestamp};

/// How many tokens were made for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// When the first was made.
    pub since: Timestamp,
    /// The number of the latest.
    pub seq: u64,
}

impl Carried {
    /// The number of the next token for a device. It is at least one more for each second since the first: a database that was
    /// restored has forgotten some tokens, and must not number later ones lower than what the device has applied (OFF-7, SAFE-3).
    #[must_use]
    pub fn next(latest: Option<Self>, now: Timestamp) -> Self {
        let Self { since, seq } = latest.unwrap_or(Self { since: now, seq: 0 });
        let seconds = now.as_micros().saturating_sub(since.as_micros()) / 1_000_000;
        Self { since, seq: (seq + 1).max(u64::try_from(seconds).unwrap_or_default() + 1) }
    }
}

impl Activation {
    /// Whether tokens are carried to its device (OFF-6).
    ///
    /// # Errors
    /// Who has its seat now, as [`Activation::check_held`]; `ActivationOnline` where the device calls by itself.
    pub fn check_offline(&self) -> Result<(), Refusal> {
        self.check_held(self.chain)?;
        match self.mode {
            Mode::Offline => Ok(()),
            Mode::Online => Err(Refusal::ActivationOnline),
        }
    }

    /// Whether what was once answered to a request of this device may be told again: its seat is still the device's, offline (OFF-4).
    ///
    /// # Errors
    /// As [`Activation::check_held`]; `ActivationSuperseded` if the seat id was activated in another way since.
    pub fn check_answered(&self, key: &Thumbprint) -> Result<(), Refusal> {
        self.check_held(self.chain)?;
        let same = self.mode == Mode::Offline && self.device_key.as_ref() == Some(key);
        if same { Ok(()) } else { Err(Refusal::ActivationSuperseded) }
    }

    /// Whether the device that was activated so last may be activated anew with the same key: once it was given back or released,
    /// the key is dead, so that no older request and no restored state brings it back (OFF-9).
    ///
    /// # Errors
    /// `ActivationDeactivated`, `ActivationReleased`.
    pub fn check_key(&self, key: &Thumbprint) -> Result<(), Refusal> {
        match self.check_held(self.chain) {
            Err(refusal @ (Refusal::ActivationDeactivated | Refusal::ActivationReleased))
                if self.device_key.as_ref() == Some(key) =>
            {
                Err(refusal)
            }
            _ => Ok(()),
        }
    }

    /// Whether its device can be spoken to: features are taken, given back and spent by calls alone (OFF-10).
    ///
    /// # Errors
    /// `FeatureNeedsConnection` where it has a seat offline.
    pub fn check_connected(&self) -> Result<(), Refusal> {
        match (self.mode, self.standing) {
            (Mode::Offline, Standing::Seated(_)) => Err(Refusal::FeatureNeedsConnection),
            _ => Ok(()),
        }
    }
}
