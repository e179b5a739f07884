//! The stored state in the hands of the one job that has its lock.

use chancery_token::Entropy;

use crate::Error;
use crate::state::device::{DeviceKey, Keys};
use crate::state::record::Held;
use crate::state::revocations::Revocations;
use crate::state::{Lock, StateStore};

/// The state, which nobody else changes meanwhile.
pub(crate) struct Locked {
    lock: Lock,
    /// The activation; nothing: there is none.
    pub(crate) held: Option<Held>,
    keys: Keys,
    damaged: Damaged,
}

/// What cannot be read. It is kept beside what replaces it.
#[derive(Default)]
struct Damaged {
    held: bool,
    keys: bool,
}

impl Locked {
    /// Reads the state under its lock. Whoever `replaces` it does not mind that it is damaged: that is the way out.
    pub(crate) fn read(lock: Lock, store: &StateStore, replaces: bool) -> Result<Self, Error> {
        let mut damaged = Damaged::default();
        let held = or_nothing(store.read(), replaces, &mut damaged.held)?;
        let keys = or_nothing(store.keys(), replaces, &mut damaged.keys)?;
        Ok(Self { lock, held, keys, damaged })
    }

    /// The key by which the activation is held, if it has one.
    pub(crate) fn key(&self) -> Option<&DeviceKey> {
        self.held.as_ref().and_then(|held| self.keys.of(&held.seat_id))
    }

    /// The key with which a seat is claimed: that of the last claim on it, as long as it was not given back; else a new one,
    /// which is written down before anybody hears of it.
    pub(crate) fn key_for(
        &mut self,
        seat_id: &str,
        store: &StateStore,
        entropy: &mut Entropy,
    ) -> Result<DeviceKey, Error> {
        if let Some(key) = self.keys.of(seat_id) {
            return Ok(key.clone());
        }
        if std::mem::take(&mut self.damaged.keys) {
            store.set_aside::<Keys>(&self.lock)?;
        }
        let key = DeviceKey::new(entropy);
        self.keys.add(seat_id, key.clone());
        store.write(&self.lock, &self.keys)?;
        Ok(key)
    }

    /// Keeps a revocation list.
    pub(crate) fn learn(&self, store: &StateStore, list: &str) -> Result<(), Error> {
        store.write(&self.lock, &Revocations(list.to_owned()))
    }

    /// Writes what is held.
    pub(crate) fn save(&self, store: &StateStore) -> Result<(), Error> {
        store.write(&self.lock, self.held.as_ref().ok_or(Error::NotActivated)?)
    }

    /// Begins anew with another activation.
    pub(crate) fn replace(&mut self, store: &StateStore, held: Held) -> Result<(), Error> {
        if std::mem::take(&mut self.damaged.held) {
            store.set_aside::<Held>(&self.lock)?;
        }
        self.held = Some(held);
        self.save(store)
    }

    /// Forgets the activation, then its key: the next one has another.
    pub(crate) fn remove(&mut self, store: &StateStore) -> Result<(), Error> {
        store.remove::<Held>(&self.lock)?;
        if let Some(held) = self.held.take() {
            self.keys.remove(&held.seat_id);
        }
        if self.keys.is_empty() { store.remove::<Keys>(&self.lock) } else { store.write(&self.lock, &self.keys) }
    }
}

fn or_nothing<T: Default>(read: Result<T, Error>, replaces: bool, damaged: &mut bool) -> Result<T, Error> {
    match read {
        Err(Error::StateDamaged(_)) if replaces => {
            *damaged = true;
            Ok(T::default())
        }
        read => read,
    }
}
