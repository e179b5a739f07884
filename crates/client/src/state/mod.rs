//! What the client remembers between calls, and who may change it.

pub(crate) mod device;
mod disk;
mod envelope;
pub(crate) mod evidence;
mod memory;
pub(crate) mod record;
pub(crate) mod revocations;
mod vault;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::disk::Disk;
use self::memory::Memory;
pub(crate) use self::vault::Vault;
use crate::Error;

/// Where the client keeps its state: in a folder of its own, or in memory.
///
/// Several processes may use one folder: a lock serialises their calls. A folder belongs to one product, one seat and one machine: its files
/// are encrypted under a key that only this machine opens (OFF-12). Where nothing tells a machine from others, as in a container, the
/// folder's permissions are all that protects them.
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
    fn try_lock(&self) -> Result<Option<Lock>, Error> {
        match &self.0 {
            Place::Disk(disk) => Ok(disk.try_lock()?.map(Lock::Disk)),
            Place::Memory(memory) => Ok(Memory::try_lock(memory).map(Lock::Memory)),
        }
    }

    /// The text of a file, if it is there.
    fn text(&self, file: &'static str) -> Result<Option<String>, Error> {
        match &self.0 {
            Place::Disk(disk) => disk.read(file),
            Place::Memory(memory) => Ok(memory.read(file)),
        }
    }

    fn write(&self, _: &Lock, file: &'static str, text: &str) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.write(file, text),
            Place::Memory(memory) => {
                memory.write(file, Some(text.to_owned()));
                Ok(())
            }
        }
    }

    fn remove(&self, _: &Lock, file: &'static str) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.remove(file),
            Place::Memory(memory) => {
                memory.write(file, None);
                Ok(())
            }
        }
    }

    /// Moves a file out of the way, if it is there, and keeps it under another name, which says why.
    fn set_aside(&self, lock: &Lock, file: &'static str, why: &str) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.set_aside(file, why),
            // Nobody could look at it there.
            Place::Memory(_) => self.remove(lock, file),
        }
    }

    /// For messages.
    fn name(&self) -> String {
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
