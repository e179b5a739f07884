//! The stored state in the hands of the one job that has its lock.

use crate::Error;
use crate::state::record::Held;
use crate::state::{Lock, StateStore};

/// The state, which nobody else changes meanwhile.
pub(crate) struct Locked {
    lock: Lock,
    damaged: bool,
    /// The activation; nothing: there is none.
    pub(crate) held: Option<Held>,
}

impl Locked {
    /// Reads the state under its lock. Whoever `replaces` it does not mind that it is damaged: that is the way out.
    pub(crate) fn read(lock: Lock, store: &StateStore, replaces: bool) -> Result<Self, Error> {
        match store.read() {
            Ok(held) => Ok(Self { lock, damaged: false, held }),
            Err(Error::StateDamaged(_)) if replaces => Ok(Self { lock, damaged: true, held: None }),
            Err(error) => Err(error),
        }
    }

    /// Writes what is held.
    pub(crate) fn save(&self, store: &StateStore) -> Result<(), Error> {
        store.write(&self.lock, self.held.as_ref().ok_or(Error::NotActivated)?)
    }

    /// Begins anew with another activation; a damaged state is kept beside it.
    pub(crate) fn replace(&mut self, store: &StateStore, held: Held) -> Result<(), Error> {
        if std::mem::take(&mut self.damaged) {
            store.set_aside(&self.lock)?;
        }
        self.held = Some(held);
        self.save(store)
    }

    /// Forgets the activation.
    pub(crate) fn remove(&self, store: &StateStore) -> Result<(), Error> {
        store.remove(&self.lock)
    }
}
