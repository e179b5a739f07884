//! The stored state in the hands of the one job that has its lock.

use std::collections::BTreeSet;

use chancery_token::Entropy;

use crate::Error;
use crate::state::device::{DeviceKeys, Keys};
use crate::state::record::{Deactivated, Held, Record};
use crate::state::revocations::Revocations;
use crate::state::{Lock, Vault};

/// The state, which nobody else changes meanwhile.
pub(crate) struct Locked {
    lock: Lock,
    /// The activation, and what goes with it.
    pub(crate) record: Record,
    pub(crate) keys: Keys,
    damaged: Damaged,
}

/// What cannot be read. It is kept beside what replaces it.
#[derive(Default)]
struct Damaged {
    record: bool,
    keys: bool,
}

impl Locked {
    /// Reads the state under its lock. Whoever `replaces` it does not mind that it is damaged: that is the way out.
    pub(crate) fn read(lock: Lock, store: &Vault, replaces: bool) -> Result<Self, Error> {
        store.prepare(&lock, replaces)?;
        // Who works on must not do so as if nothing were known of the time (OFF-11).
        store.evidence()?;
        let mut damaged = Damaged::default();
        let record = or_nothing(store.record(), replaces, &mut damaged.record)?;
        let keys = or_nothing(store.keys(), replaces, &mut damaged.keys)?;
        let mut locked = Self { lock, record, keys, damaged };
        locked.finish_deactivation(store)?;
        Ok(locked)
    }

    /// The lock, for what is written beside.
    pub(crate) const fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The keys by which the activation is held, if it has some.
    pub(crate) fn held_keys(&self) -> Option<&DeviceKeys> {
        self.record.held.as_ref().and_then(|held| self.keys.of(&held.seat_id))
    }

    /// The keys with which a seat is claimed: those of the last claim on it, as long as it was not given back; else new ones,
    /// which are written down before anybody hears of them.
    pub(crate) fn keys_for(
        &mut self,
        seat_id: &str,
        store: &Vault,
        entropy: &mut Entropy,
    ) -> Result<DeviceKeys, Error> {
        if let Some(keys) = self.keys.of(seat_id) {
            return Ok(keys.clone());
        }
        if std::mem::take(&mut self.damaged.keys) {
            store.set_aside::<Keys>(&self.lock)?;
        }
        let keys = DeviceKeys::new(entropy);
        self.keys.add(seat_id, keys.clone());
        store.write(&self.lock, &self.keys)?;
        Ok(keys)
    }

    /// Keeps a revocation list.
    pub(crate) fn learn(&self, store: &Vault, list: &str) -> Result<(), Error> {
        store.write(&self.lock, &Revocations(list.to_owned()))
    }

    /// Writes the record, as it was changed.
    pub(crate) fn save(&mut self, store: &Vault) -> Result<(), Error> {
        if std::mem::take(&mut self.damaged.record) {
            store.set_aside::<Record>(&self.lock)?;
        }
        if self.record.is_empty() { store.remove::<Record>(&self.lock) } else { store.write(&self.lock, &self.record) }
    }

    /// Begins anew with another activation.
    pub(crate) fn replace(&mut self, store: &Vault, held: Held) -> Result<(), Error> {
        self.record = Record::of(held);
        self.save(store)
    }

    /// Forgets the activation, then its keys: the next one has others.
    pub(crate) fn remove(&mut self, store: &Vault) -> Result<(), Error> {
        let held = std::mem::take(&mut self.record).held;
        self.save(store)?;
        held.map_or(Ok(()), |held| self.forget_keys(store, &held.seat_id))
    }

    /// Gives the activation up in one write, then destroys its keys (OFF-8).
    pub(crate) fn deactivate(&mut self, store: &Vault, deactivated: Deactivated) -> Result<(), Error> {
        self.record = Record { deactivated: Some(deactivated), ..Record::default() };
        self.save(store)?;
        self.finish_deactivation(store)
    }

    /// Forgets the requests that wait, then the keys that only they were made with.
    pub(crate) fn forget_requests(&mut self, store: &Vault) -> Result<(), Error> {
        let requests = std::mem::take(&mut self.record.requests);
        self.save(store)?;
        let held = self.record.held.as_ref().map(|held| held.seat_id.clone());
        let seats = requests.iter().map(|request| &request.seat_id).filter(|seat_id| held.as_ref() != Some(*seat_id));
        let seats: BTreeSet<&String> = seats.collect();
        seats.into_iter().try_for_each(|seat_id| self.forget_keys(store, seat_id))
    }

    /// Destroys the keys of the activation that was given up. Whoever was killed before leaves it to the next.
    fn finish_deactivation(&mut self, store: &Vault) -> Result<(), Error> {
        let Some(Deactivated { seat_id, key, .. }) = self.record.deactivated.clone() else { return Ok(()) };
        match self.keys.of(&seat_id) {
            Some(keys) if keys.thumbprint()? == key => self.forget_keys(store, &seat_id),
            _ => Ok(()),
        }
    }

    fn forget_keys(&mut self, store: &Vault, seat_id: &str) -> Result<(), Error> {
        self.keys.remove(seat_id);
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
