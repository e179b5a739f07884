//! One sign of a machine's identity, and how much it weighs.

use chancery_domain::SeatId;
use chancery_token::hash::hmac_sha256;
use serde::{Deserialize, Serialize};

/// What a sign is of. What changed of a machine is told by kind, never by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignalKind {
    /// The id that the operating system was given when it was installed.
    MachineId,
    /// The firmware's id of the machine.
    Firmware,
    /// The mainboard's serial number.
    Board,
    /// The id of the disk that the system is on.
    Disk,
    /// The address of the first network card that is a real one.
    NetworkCard,
}

impl SignalKind {
    /// How much it says: what is changed more easily weighs less.
    pub(crate) const fn weight(self) -> u32 {
        match self {
            Self::MachineId | Self::Firmware => 3,
            Self::Board | Self::Disk => 2,
            Self::NetworkCard => 1,
        }
    }

    /// Its name, as it stands in the state.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MachineId => "machineId",
            Self::Firmware => "firmware",
            Self::Board => "board",
            Self::Disk => "disk",
            Self::NetworkCard => "networkCard",
        }
    }

    /// Its name, as it stands in the identity of a machine: `network-card`.
    pub(crate) fn kebab(self) -> String {
        let lower = |letter: char| [Some('-').filter(|_| letter.is_uppercase()), Some(letter.to_ascii_lowercase())];
        self.name().chars().flat_map(lower).flatten().collect()
    }
}

/// What firmware and systems say that have not been told who they are, beside what is no seat id (LIC-3).
const DUMMIES: [&str; 16] = [
    "uninitialized",
    "not applicable",
    "not available",
    "not settable",
    "invalid",
    "empty",
    "default",
    "o.e.m.",
    "oem",
    "base board serial number",
    "board serial number",
    "chassis serial number",
    "system product name",
    "123456789",
    "1234567890",
    // The firmware's id of many mainboards whose makers forgot to give one.
    "03000200-0400-0500-0006-000700080009",
];

/// Whether it is one character again and again, as in `xxxxxxxx`.
fn is_monotonous(value: &str) -> bool {
    let mut characters = value.chars().filter(|c| c.is_alphanumeric());
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

/// A sign and its value. It has no `Debug`.
#[derive(Clone)]
pub(crate) struct Signal {
    pub(crate) kind: SignalKind,
    value: String,
}

impl Signal {
    /// Takes a value; nothing if it is one that many machines have (LIC-3).
    pub(crate) fn new(kind: SignalKind, value: &str) -> Option<Self> {
        let value = value.trim().to_lowercase();
        if DUMMIES.contains(&value.as_str()) || is_monotonous(&value) {
            return None;
        }
        // What is refused as a seat id is no identity either.
        SeatId::new(&value).ok().map(|_| Self { kind, value })
    }

    /// What may be kept of it: a hash under a key.
    pub(crate) fn keyed(&self, key: &[u8]) -> [u8; 32] {
        keyed(key, &["sign", self.kind.name(), &self.value])
    }

    /// What only somebody can make who knows the value itself: it opens what was encrypted for this machine, and is never kept.
    pub(crate) fn unlocking(&self, key: &[u8]) -> [u8; 32] {
        keyed(key, &["unlock", self.kind.name(), &self.value])
    }
}

/// A hash of some texts under a key.
pub(crate) fn keyed(key: &[u8], texts: &[&str]) -> [u8; 32] {
    let mut parts: Vec<&[u8]> = vec![b"chancery machine 1"];
    for text in texts {
        parts.push(b"\0");
        parts.push(text.as_bytes());
    }
    hmac_sha256(key, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lic_3_what_many_machines_have_identifies_none() {
        let dummies = [
            "",
            "none",
            "To be filled by O.E.M.",
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "ff:ff:ff:ff:ff:ff",
            "Default string",
            "uninitialized\n",
            "Not Applicable",
            "Base Board Serial Number",
            "XXXXXXXX",
            "..............",
            "03000200-0400-0500-0006-000700080009",
        ];
        for dummy in dummies {
            assert!(Signal::new(SignalKind::Board, dummy).is_none(), "{dummy}");
        }
        assert!(Signal::new(SignalKind::Board, "PF2X7Y").is_some());
    }

    #[test]
    fn off_12_a_hash_depends_on_key_kind_and_value() {
        let hash = |kind, value, key: &[u8]| Signal::new(kind, value).unwrap().keyed(key);
        let one = hash(SignalKind::Disk, "abc1", b"k");
        assert_eq!(one, hash(SignalKind::Disk, " ABC1\n", b"k"));
        assert_ne!(one, hash(SignalKind::Disk, "abc2", b"k"));
        assert_ne!(one, hash(SignalKind::Board, "abc1", b"k"));
        assert_ne!(one, hash(SignalKind::Disk, "abc1", b"l"));
        // What is kept is not what opens.
        assert_ne!(one, Signal::new(SignalKind::Disk, "abc1").unwrap().unlocking(b"k"));
    }
}
