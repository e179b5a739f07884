//! The seat id of a machine whose product gives none: in a file that only this machine can read (OFF-12).
//!
//! The seat id is encrypted under a random key, and that key under each smallest set of signs that together have more than half
//! of the weight of all. So a machine whose disk or network card is another one still reads it, and another machine does not.
//! A file that was read in spite of changes is written anew, so that small changes do not add up.

use chancery_domain::SeatId;
use chancery_token::hash::{base64url, equal, from_base64url, hex};
use chancery_token::{Entropy, KeyEncryptionKey};
use serde::{Deserialize, Serialize};

use super::{Signal, SignalKind, keyed};
use crate::Error;

const PURPOSE: &str = "machine-identity";

/// What the file says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    salt: String,
    /// Each sign, as a hash under the salt.
    signals: Vec<Kept>,
    /// The key, encrypted for each sufficient set of signs.
    keys: Vec<Wrapped>,
    /// The seat id, encrypted under the key.
    seat: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    kind: SignalKind,
    hash: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wrapped {
    of: Vec<SignalKind>,
    key: String,
}

/// What came of reading the file on a machine.
pub(crate) struct Opened {
    pub(crate) seat_id: String,
    /// Whether the machine's signs are others than those in the file.
    pub(crate) drifted: bool,
}

/// The seat id of a machine that has no file yet. It is made of its strongest sign, so that without its file it still is the
/// same machine.
pub(crate) fn derive(vendor: &[u8], signals: &[Signal]) -> Result<String, Error> {
    let strongest = signals.iter().max_by_key(|signal| (signal.kind.weight(), std::cmp::Reverse(signal.kind)));
    let strongest = strongest.ok_or(Error::NoMachineIdentity)?;
    let hash = keyed(vendor, &["seat", &base64url(&strongest.keyed(vendor))]);
    Ok(format!("machine-{}", hex(hash.get(..16).unwrap_or_default())))
}

impl Identity {
    /// Binds a seat id to a machine.
    pub(crate) fn seal(seat_id: &str, vendor: &[u8], signals: &[Signal], entropy: &mut Entropy) -> Result<Self, Error> {
        let salt: [u8; 16] = entropy.bytes();
        let signs = signs(vendor, &salt, signals);
        let key: [u8; 32] = entropy.bytes();
        let seat = wrap(&key, "seat", seat_id.as_bytes(), entropy.bytes())?;
        let kinds: Vec<SignalKind> = signs.iter().map(|sign| sign.kind).collect();
        let keys = sufficient(&kinds).into_iter().map(|of| {
            let under = key_of(&salt, &signs, &of);
            Ok(Wrapped { key: wrap(&under, "key", &key, entropy.bytes())?, of })
        });
        let keys = keys.collect::<Result<_, Error>>()?;
        let signals = signs.iter().map(|sign| Kept { kind: sign.kind, hash: base64url(&sign.hash) }).collect();
        Ok(Self { salt: base64url(&salt), signals, keys, seat })
    }

    /// Reads the seat id on a machine.
    ///
    /// # Errors
    /// `StateFromAnotherMachine` with the kinds of signs that are others; `StateDamaged`.
    pub(crate) fn open(&self, vendor: &[u8], signals: &[Signal]) -> Result<Opened, Error> {
        let salt = bytes(&self.salt)?;
        let here = signs(vendor, &salt, signals);
        let is_here = |kept: &Kept| {
            let stored = from_base64url(&kept.hash).unwrap_or_default();
            here.iter().any(|sign| sign.kind == kept.kind && equal(&sign.hash, &stored))
        };
        let (same, changed): (Vec<&Kept>, Vec<&Kept>) = self.signals.iter().partition(|kept| is_here(kept));
        let same: Vec<SignalKind> = same.into_iter().map(|kept| kept.kind).collect();
        let Some(wrapped) = self.keys.iter().find(|wrapped| wrapped.of.iter().all(|kind| same.contains(kind))) else {
            return Err(Error::StateFromAnotherMachine(changed.into_iter().map(|kept| kept.kind).collect()));
        };
        let key = unwrap(&key_of(&salt, &here, &wrapped.of), "key", &wrapped.key)?;
        let key: [u8; 32] = key.try_into().map_err(|_| damaged("its key has another length"))?;
        let seat_id = unwrap(&key, "seat", &self.seat)?;
        let seat_id = String::from_utf8(seat_id).map_err(|_| damaged("its seat id is no text"))?;
        SeatId::new(&seat_id).map_err(|_| damaged("its seat id is none"))?;
        Ok(Opened { seat_id, drifted: !changed.is_empty() || here.len() > self.signals.len() })
    }
}

/// A sign under the file's salt: its hash, which is kept, and what opens, which never is.
struct Sign {
    kind: SignalKind,
    hash: [u8; 32],
    unlocking: [u8; 32],
}

fn signs(vendor: &[u8], salt: &[u8], signals: &[Signal]) -> Vec<Sign> {
    let key = [vendor, b"\0", salt].concat();
    let sign =
        |signal: &Signal| Sign { kind: signal.kind, hash: signal.keyed(&key), unlocking: signal.unlocking(&key) };
    signals.iter().map(sign).collect()
}

/// The smallest sets of signs that have more than half of the weight of all.
fn sufficient(all: &[SignalKind]) -> Vec<Vec<SignalKind>> {
    let weight = |set: &[SignalKind]| set.iter().map(|kind| kind.weight()).sum::<u32>();
    let enough = |set: &[SignalKind]| weight(set) * 2 > weight(all);
    let sets = (1_u32..1 << all.len().min(16)).map(|mask| {
        let member = |(i, kind): (usize, &SignalKind)| (mask >> i & 1 == 1).then_some(*kind);
        all.iter().enumerate().filter_map(member).collect::<Vec<_>>()
    });
    let smallest = |set: &Vec<SignalKind>| {
        let without = |left: &SignalKind| set.iter().copied().filter(|kind| kind != left).collect::<Vec<_>>();
        enough(set) && set.iter().all(|kind| !enough(&without(kind)))
    };
    sets.filter(smallest).collect()
}

/// The key that a set of signs makes.
fn key_of(salt: &[u8], signs: &[Sign], of: &[SignalKind]) -> [u8; 32] {
    let values: Vec<String> =
        signs.iter().filter(|sign| of.contains(&sign.kind)).map(|sign| base64url(&sign.unlocking)).collect();
    let mut texts = vec!["key"];
    texts.extend(values.iter().map(String::as_str));
    keyed(salt, &texts)
}

fn wrap(key: &[u8; 32], what: &str, secret: &[u8], nonce: [u8; 12]) -> Result<String, Error> {
    let failed = || Error::Internal("the machine's identity cannot be encrypted".to_owned());
    let key = KeyEncryptionKey::from_bytes(key).map_err(|_| failed())?;
    key.wrap(PURPOSE, what, secret, nonce).map(|wrapped| base64url(&wrapped)).map_err(|_| failed())
}

fn unwrap(key: &[u8; 32], what: &str, wrapped: &str) -> Result<Vec<u8>, Error> {
    let key = KeyEncryptionKey::from_bytes(key).map_err(|_| damaged("its key is none"))?;
    let plain = key.unwrap(PURPOSE, what, &bytes(wrapped)?).map_err(|_| damaged("it cannot be decrypted"))?;
    Ok(plain.to_vec())
}

fn bytes(text: &str) -> Result<Vec<u8>, Error> {
    from_base64url(text).ok_or_else(|| damaged("its bytes are not base64url"))
}

fn damaged(what: &str) -> Error {
    Error::StateDamaged(format!("the machine's identity: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalKind::{Board, Disk, Firmware, MachineId, NetworkCard};

    const ALL: [(SignalKind, &str); 5] =
        [(MachineId, "m1"), (Firmware, "f1"), (Board, "b1"), (Disk, "d1"), (NetworkCard, "n1")];

    fn machine(signs: &[(SignalKind, &str)]) -> Vec<Signal> {
        signs.iter().map(|(kind, value)| Signal::new(*kind, value).unwrap()).collect()
    }

    fn with(changes: &[(SignalKind, &str)]) -> Vec<Signal> {
        let value = |(kind, value)| changes.iter().find(|(other, _)| *other == kind).map_or(value, |(_, value)| *value);
        machine(&ALL.map(|sign| (sign.0, value(sign))))
    }

    fn sealed(signals: &[Signal]) -> Identity {
        Identity::seal("machine-7", b"vendor", signals, &mut Entropy::new([1; 32])).unwrap()
    }

    fn open(identity: &Identity, signals: &[Signal]) -> Result<Opened, Error> {
        identity.open(b"vendor", signals)
    }

    #[test]
    fn off_12_a_new_disk_or_network_card_does_not_matter() {
        let identity = sealed(&with(&[]));
        assert!(!open(&identity, &with(&[])).unwrap().drifted);
        for change in
            [&[(Disk, "d2")][..], &[(NetworkCard, "n2")], &[(Disk, "d2"), (NetworkCard, "n2")], &[(Firmware, "f2")]]
        {
            let opened = open(&identity, &with(change)).unwrap();
            assert_eq!((opened.seat_id.as_str(), opened.drifted), ("machine-7", true));
        }
        // Without the superuser's rights, less can be read.
        let few = machine(&[ALL[0], ALL[3], ALL[4]]);
        assert_eq!(open(&identity, &few).unwrap().seat_id, "machine-7");
    }

    #[test]
    fn off_12_another_machine_is_refused_by_kind_and_never_by_value() {
        let identity = sealed(&with(&[]));
        let other = with(&[(MachineId, "m2"), (Firmware, "f2"), (Disk, "d2")]);
        let Err(Error::StateFromAnotherMachine(changed)) = open(&identity, &other) else { panic!("it was opened") };
        assert_eq!(changed, [MachineId, Firmware, Disk]);
        let text = serde_json::to_string(&identity).unwrap();
        assert!(
            !["m1", "f1", "b1", "d1", "machine-7"].iter().any(|value| text.contains(&format!("\"{value}\""))),
            "{text}"
        );
        // Nor is it opened with another vendor's key, or with nothing.
        assert!(identity.open(b"another", &with(&[])).is_err());
        assert!(open(&identity, &[]).is_err());
    }

    #[test]
    fn off_12_what_is_kept_does_not_open() {
        let identity = sealed(&with(&[]));
        let salt = from_base64url(&identity.salt).unwrap();
        for wrapped in &identity.keys {
            // Whoever has only the file takes its hashes for what opens.
            let kept = identity.signals.iter().map(|kept| {
                let hash: [u8; 32] = from_base64url(&kept.hash).unwrap().try_into().unwrap();
                Sign { kind: kept.kind, hash, unlocking: hash }
            });
            let kept: Vec<Sign> = kept.collect();
            assert!(unwrap(&key_of(&salt, &kept, &wrapped.of), "key", &wrapped.key).is_err());
        }
    }

    #[test]
    fn off_12_every_altered_byte_is_damage_and_never_a_panic() {
        let identity = sealed(&with(&[]));
        let text = serde_json::to_string(&identity).unwrap();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(altered) = serde_json::from_slice::<Identity>(&bytes) else { continue };
            match open(&altered, &with(&[])) {
                Ok(opened) => assert_eq!(opened.seat_id, "machine-7"),
                Err(error) => {
                    assert!(matches!(error.code(), "state_damaged" | "state_from_another_machine"), "{error}")
                }
            }
        }
    }

    #[test]
    fn off_12_sets_of_signs_have_more_than_half_of_the_weight() {
        assert_eq!(sufficient(&[MachineId, Disk, NetworkCard]), [vec![MachineId, Disk], vec![MachineId, NetworkCard]]);
        assert_eq!(sufficient(&[Disk]), [vec![Disk]]);
        assert!(sufficient(&[]).is_empty());
    }

    #[test]
    fn lic_3_a_machine_that_lost_its_file_has_the_same_seat_id() {
        let id = derive(b"vendor", &with(&[])).unwrap();
        assert_eq!(id, derive(b"vendor", &with(&[(Disk, "d2"), (NetworkCard, "n2")])).unwrap());
        assert_ne!(id, derive(b"vendor", &with(&[(MachineId, "m2")])).unwrap());
        assert_ne!(id, derive(b"another", &with(&[])).unwrap());
        assert!(SeatId::new(&id).is_ok());
        assert_eq!(derive(b"vendor", &[]).unwrap_err().code(), "no_machine_identity");
    }
}
