//! Which machine a state is of: the state's key, in a file that only this machine can read, with the seat id of a machine whose
//! product gives none (OFF-12).
//!
//! The key is random, and encrypted under each smallest set of signs that together have more than half of the weight of all. So a
//! machine whose disk or network card is another one still reads it, and another machine does not. Where nothing tells the machine
//! from others, the empty set is sufficient: the file alone opens the state, which is bound to nothing then.

use chancery_domain::SeatId;
use chancery_token::Entropy;
use chancery_token::hash::{base64url, equal, from_base64url, hex};
use serde::{Deserialize, Serialize};

use super::key::StateKey;
use super::{Signal, SignalKind, keyed};
use crate::Error;

const SEAT: &str = "seat";

/// What the file says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Identity {
    salt: String,
    /// Each sign, as a hash under the salt.
    signals: Vec<Kept>,
    /// The state's key, encrypted for each sufficient set of signs.
    keys: Vec<Wrapped>,
    /// The seat id of this machine, if it has one, encrypted under the state's key.
    seat: Option<String>,
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
    pub(crate) key: StateKey,
    pub(crate) seat_id: Option<String>,
    /// Whether it is bound to a machine at all.
    pub(crate) bound: bool,
    /// Whether the machine has signs that the file does not know, because they were changed or could not be read. Some that are
    /// only missing do not count: who is not the superuser can read fewer.
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
    /// Binds a state's key to a machine.
    pub(crate) fn seal(
        key: &StateKey,
        seat_id: Option<&str>,
        signals: &[Signal],
        entropy: &mut Entropy,
    ) -> Result<Self, Error> {
        let salt: [u8; 16] = entropy.bytes();
        let signs = signs(&salt, signals);
        let seat = seat_id.map(|seat_id| key.seal(SEAT, seat_id.as_bytes(), entropy)).transpose()?;
        let kinds: Vec<SignalKind> = signs.iter().map(|sign| sign.kind).collect();
        let keys = sufficient(&kinds).into_iter().map(|of| {
            let under = key_of(&salt, &signs, &of)?;
            Ok(Wrapped { key: key.wrap(&under, entropy)?, of })
        });
        let keys = keys.collect::<Result<_, Error>>()?;
        let signals = signs.iter().map(|sign| Kept { kind: sign.kind, hash: base64url(&sign.hash) }).collect();
        Ok(Self { salt: base64url(&salt), signals, keys, seat })
    }

    /// Opens the state's key on a machine.
    ///
    /// # Errors
    /// `StateFromAnotherMachine` with the kinds of signs that are others; `StateDamaged`.
    pub(crate) fn open(&self, signals: &[Signal]) -> Result<Opened, Error> {
        let salt = from_base64url(&self.salt).ok_or_else(|| damaged("its salt is none"))?;
        let here = signs(&salt, signals);
        let is = |kept: &Kept, sign: &Sign| {
            let stored = from_base64url(&kept.hash).unwrap_or_default();
            sign.kind == kept.kind && equal(&sign.hash, &stored)
        };
        let is_here = |kept: &Kept| here.iter().any(|sign| is(kept, sign));
        let (same, changed): (Vec<&Kept>, Vec<&Kept>) = self.signals.iter().partition(|kept| is_here(kept));
        let same: Vec<SignalKind> = same.into_iter().map(|kept| kept.kind).collect();
        let Some(wrapped) = self.keys.iter().find(|wrapped| wrapped.of.iter().all(|kind| same.contains(kind))) else {
            return Err(Error::StateFromAnotherMachine(changed.into_iter().map(|kept| kept.kind).collect()));
        };
        let under = key_of(&salt, &here, &wrapped.of)?;
        let key = under.unwrap(&wrapped.key).ok_or_else(|| damaged("its key cannot be decrypted"))?;
        let seat_id = self.seat.as_deref().map(|seat| seat_id(&key, seat)).transpose()?;
        let is_known = |sign: &Sign| self.signals.iter().any(|kept| is(kept, sign));
        let bound = !self.signals.is_empty();
        Ok(Opened { key, seat_id, bound, drifted: bound && !here.iter().all(is_known) })
    }
}

fn seat_id(key: &StateKey, sealed: &str) -> Result<String, Error> {
    let plain = key.open(SEAT, sealed).ok_or_else(|| damaged("its seat id cannot be decrypted"))?;
    let seat_id = String::from_utf8(plain).map_err(|_| damaged("its seat id is no text"))?;
    SeatId::new(&seat_id).map_err(|_| damaged("its seat id is none"))?;
    Ok(seat_id)
}

/// A sign under the file's salt: its hash, which is kept, and what opens, which never is.
struct Sign {
    kind: SignalKind,
    hash: [u8; 32],
    unlocking: [u8; 32],
}

fn signs(salt: &[u8], signals: &[Signal]) -> Vec<Sign> {
    let sign =
        |signal: &Signal| Sign { kind: signal.kind, hash: signal.keyed(salt), unlocking: signal.unlocking(salt) };
    signals.iter().map(sign).collect()
}

/// The smallest sets of signs that have more than half of the weight of all; of no signs, the empty one.
fn sufficient(all: &[SignalKind]) -> Vec<Vec<SignalKind>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
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
fn key_of(salt: &[u8], signs: &[Sign], of: &[SignalKind]) -> Result<StateKey, Error> {
    let values: Vec<String> =
        signs.iter().filter(|sign| of.contains(&sign.kind)).map(|sign| base64url(&sign.unlocking)).collect();
    let mut texts = vec!["key"];
    texts.extend(values.iter().map(String::as_str));
    StateKey::from_bytes(keyed(salt, &texts))
}

fn damaged(what: &str) -> Error {
    Error::StateDamaged(what.to_owned())
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
        let mut entropy = Entropy::new([1; 32]);
        let key = StateKey::new(&mut entropy).unwrap();
        Identity::seal(&key, Some("machine-7"), signals, &mut entropy).unwrap()
    }

    /// What was encrypted under the key that was sealed.
    fn reads(opened: &Opened) -> bool {
        let mut entropy = Entropy::new([1; 32]);
        let text = StateKey::new(&mut entropy).unwrap().seal("x", b"hello", &mut entropy).unwrap();
        opened.key.open("x", &text).as_deref() == Some(b"hello") && opened.key.open("y", &text).is_none()
    }

    #[test]
    fn off_12_a_new_disk_or_network_card_does_not_matter() {
        let identity = sealed(&with(&[]));
        assert!(!identity.open(&with(&[])).unwrap().drifted);
        for change in
            [&[(Disk, "d2")][..], &[(NetworkCard, "n2")], &[(Disk, "d2"), (NetworkCard, "n2")], &[(Firmware, "f2")]]
        {
            let opened = identity.open(&with(change)).unwrap();
            assert!(reads(&opened) && opened.drifted && opened.bound);
            assert_eq!(opened.seat_id.as_deref(), Some("machine-7"));
        }
        // Without the superuser's rights, less can be read: that is no change, and nothing is written anew for it.
        let few = machine(&[ALL[0], ALL[3], ALL[4]]);
        let opened = identity.open(&few).unwrap();
        assert!(reads(&opened) && !opened.drifted);
        // The other way round it is news.
        assert!(sealed(&few).open(&with(&[])).unwrap().drifted);
    }

    #[test]
    fn off_12_any_minority_of_the_weight_may_change_and_no_majority() {
        let identity = sealed(&with(&[]));
        for mask in 0..1_u32 << ALL.len() {
            let one = |(i, (kind, value)): (usize, (SignalKind, &str))| {
                let text = if mask >> i & 1 == 1 { format!("{value}-other") } else { value.to_owned() };
                Signal::new(kind, &text).unwrap()
            };
            let here: Vec<Signal> = ALL.into_iter().enumerate().map(one).collect();
            let same: u32 = (0..ALL.len()).filter(|i| mask >> i & 1 == 0).map(|i| ALL[i].0.weight()).sum();
            match identity.open(&here) {
                Ok(opened) => assert!(same * 2 > 11 && reads(&opened), "{mask:b}"),
                Err(error) => assert!(same * 2 <= 11 && error.code() == "state_from_another_machine", "{mask:b}"),
            }
        }
    }

    #[test]
    fn off_12_another_machine_is_refused_by_kind_and_never_by_value() {
        let identity = sealed(&with(&[]));
        let other = with(&[(MachineId, "m2"), (Firmware, "f2"), (Disk, "d2")]);
        let Err(Error::StateFromAnotherMachine(changed)) = identity.open(&other) else { panic!("it was opened") };
        assert_eq!(changed, [MachineId, Firmware, Disk]);
        let text = serde_json::to_string(&identity).unwrap();
        assert!(
            !["m1", "f1", "b1", "d1", "machine-7"].iter().any(|value| text.contains(&format!("\"{value}\""))),
            "{text}"
        );
        // Nor is it opened where there is nothing, as in a container.
        assert_eq!(identity.open(&[]).map(|_| ()).unwrap_err().code(), "state_from_another_machine");
    }

    #[test]
    fn off_12_without_signs_it_is_bound_to_nothing() {
        let mut entropy = Entropy::new([1; 32]);
        let key = StateKey::new(&mut entropy).unwrap();
        let identity = Identity::seal(&key, None, &[], &mut entropy).unwrap();
        for here in [Vec::new(), with(&[])] {
            let opened = identity.open(&here).unwrap();
            assert!(reads(&opened) && !opened.bound && !opened.drifted && opened.seat_id.is_none());
        }
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
            assert!(key_of(&salt, &kept, &wrapped.of).unwrap().unwrap(&wrapped.key).is_none());
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
            match altered.open(&with(&[])) {
                Ok(opened) => assert!(reads(&opened)),
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
        assert_eq!(sufficient(&[]), [Vec::new()]);
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
