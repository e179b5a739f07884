//! What the client remembers between calls, and who may change it.

pub(crate) mod device;
mod disk;
mod envelope;
mod memory;
pub(crate) mod record;
pub(crate) mod revocations;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::device::Keys;
use self::disk::Disk;
use self::envelope::Content;
use self::memory::Memory;
use self::record::Held;
use self::revocations::Revocations;
use crate::Error;
use crate::machine::identity::Identity;

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

    /// Reads the activation. It needs no lock: a state is replaced as a whole.
    pub(crate) fn read(&self) -> Result<Option<Held>, Error> {
        self.text(Held::FILE)?.map(|text| envelope::parse(&text)).transpose()
    }

    /// Reads the device's keys.
    pub(crate) fn keys(&self) -> Result<Keys, Error> {
        Ok(self.text(Keys::FILE)?.map(|text| envelope::parse(&text)).transpose()?.unwrap_or_default())
    }

    /// Reads the newest revocation list that came, if one did. One that is damaged is none: the next reply brings it again.
    pub(crate) fn revocations(&self) -> Option<Revocations> {
        envelope::parse(&self.text(Revocations::FILE).ok().flatten()?).ok()
    }

    /// Reads which machine the folder is of.
    pub(crate) fn identity(&self) -> Result<Option<Identity>, Error> {
        self.text(Identity::FILE)?.map(|text| envelope::parse(&text)).transpose()
    }

    pub(crate) fn write<C: Content>(&self, _: &Lock, content: &C) -> Result<(), Error> {
        let text = envelope::write(content)?;
        match &self.0 {
            Place::Disk(disk) => disk.write(C::FILE, &text),
            Place::Memory(memory) => {
                memory.write(C::FILE, Some(text));
                Ok(())
            }
        }
    }

    pub(crate) fn remove<C: Content>(&self, _: &Lock) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.remove(C::FILE),
            Place::Memory(memory) => {
                memory.write(C::FILE, None);
                Ok(())
            }
        }
    }

    /// Moves a damaged text out of the way, and keeps it.
    pub(crate) fn set_aside<C: Content>(&self, _: &Lock) -> Result<(), Error> {
        match &self.0 {
            Place::Disk(disk) => disk.set_aside(C::FILE),
            Place::Memory(_) => Ok(()),
        }
    }

    fn text(&self, file: &'static str) -> Result<Option<String>, Error> {
        match &self.0 {
            Place::Disk(disk) => disk.read(file),
            Place::Memory(memory) => Ok(memory.read(file)),
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
