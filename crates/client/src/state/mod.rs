//! What the client remembers between calls, and who may change it.

mod disk;
mod memory;
pub(crate) mod record;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::disk::Disk;
use self::memory::Memory;
use self::record::Held;
use crate::Error;

/// Where the client keeps its state: in a folder of its own, or in memory.
///
/// Several processes may use one folder: a lock serialises their calls. A folder belongs to one product and one seat.
#[derive(Clone, Debug)]
pub struct StateStore(Place);

#[derive(Clone, Debug)]
enum Place {
    Disk(Disk),
    Memory(Arc<Memory>),
}

/// The right to change the state, until it is dropped.
#[derive(Debug)]
#[allow(dead_code, reason = "what is in it is held, and unlocks when it is dropped")]
pub(crate) enum Lock {
    Disk(std::fs::File),
    Memory(memory::Busy),
}

impl StateStore {
    /// A folder, which is made when it is needed.
    #[must_use]
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self(Place::Disk(Disk::new(path.into())))
    }

    /// Nothing is kept beyond this process: for tests. Clones share it.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    /// Takes the lock; nothing if another has it now.
    pub(crate) fn try_lock(&self) -> Result<Option<Lock>, Error> {
        match &self.0 {
            Place::Disk(disk) => Ok(disk.try_lock()?.map(Lock::Disk)),
            Place::Memory(memory) => Ok(Memory::try_lock(memory).map(Lock::Memory)),
        }
    }

    /// Reads the state. It needs no lock: a state is replaced as a whole.
    pub(crate) fn read(&self) -> Result<Option<Held>, Error> {
        let text = match &self.0 {
            Place::Disk(disk) => disk.read()?,
            Place::Memory(memory) => memory.read(),
        };
        text.map_or(Ok(None), |text| record::parse(&text).map(Some))
    }

    pub(crate) fn write(&self, _: &Lock, held: &Held) -> Result<(), Error> {
        let text = record::write(held)?;
        match &self.0 {
            Place::Disk(disk) => disk.write(&text),
            Place::Memory(memory) => {
                memory.write(Some(text));
                Ok(())
            }
        }
    }

    /// Forgets the activation.
    pub(crate) fn remove(&self, _: &Lock) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.remove(),
            Place::Memory(memory) => {
                memory.write(None);
                Ok(())
            }
        }
    }

    /// Moves a damaged state out of the way, and keeps it.
    pub(crate) fn set_aside(&self, _: &Lock) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.set_aside(),
            Place::Memory(_) => Ok(()),
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        match &self.0 {
            Place::Disk(disk) => disk.folder().display().to_string(),
            Place::Memory(_) => "memory".to_owned(),
        }
    }
}

impl From<&str> for StateStore {
    fn from(path: &str) -> Self {
        Self::folder(path)
    }
}

impl From<String> for StateStore {
    fn from(path: String) -> Self {
        Self::folder(path)
    }
}

impl From<&Path> for StateStore {
    fn from(path: &Path) -> Self {
        Self::folder(path)
    }
}

impl From<PathBuf> for StateStore {
    fn from(path: PathBuf) -> Self {
        Self::folder(path)
    }
}
