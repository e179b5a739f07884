//! The state on disk: one folder, files that are each replaced as a whole, one lock file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::envelope::damaged;
use crate::Error;

/// How many files of one name are kept aside; then the latest replaces the one before it.
const MOST_ASIDE: u32 = 9;
const LOCK: &str = "state.lock";

/// More than any file of the state.
const LONGEST: u64 = 1 << 20;

#[derive(Clone, Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn try_lock(&self) -> Result<Option<File>, Error> {
        self.make_folder().map_err(|error| self.unavailable(&error))?;
        // A file of its own, because the state's file is another one after each write.
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = private(&mut options).open(self.path(LOCK)).map_err(|error| self.unavailable(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(self.unavailable(&error)),
        }
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<String>, Error> {
        let file = match File::open(self.path(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unavailable(&error)),
        };
        let mut bytes = Vec::new();
        let read = file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| self.unavailable(&error))?;
        if read as u64 > LONGEST {
            return Err(damaged(name, "it is longer than any that this program writes"));
        }
        String::from_utf8(bytes).map(Some).map_err(|_| damaged(name, "it is not text"))
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<(), Error> {
        self.replace(file, text).map_err(|error| self.unavailable(&error))
    }

    pub(super) fn remove(&self, file: &str) -> Result<(), Error> {
        // What a crash left half written may be what is to be forgotten.
        for name in [file, &format!("{file}.new")] {
            match fs::remove_file(self.path(name)) {
                Ok(()) => self.sync_folder().map_err(|error| self.unavailable(&error))?,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(self.unavailable(&error)),
            }
        }
        Ok(())
    }

    /// Moves a file out of the way. What was put there before stays too, up to a number of times.
    pub(super) fn set_aside(&self, name: &str, why: &str) -> Result<(), Error> {
        let places = (2..=MOST_ASIDE).map(|number| format!("{name}.{why}-{number}"));
        let mut places = std::iter::once(format!("{name}.{why}")).chain(places).map(|place| self.path(&place));
        let free = places.find(|place| !place.exists());
        match fs::rename(self.path(name), free.unwrap_or_else(|| self.path(&format!("{name}.{why}-{MOST_ASIDE}")))) {
            Ok(()) => self.sync_folder().map_err(|error| self.unavailable(&error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// After a crash at any point there is the old state or the new one, as a whole.
    fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        let next = self.path(&format!("{name}.new"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let mut file = private(&mut options).open(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&next, self.path(name))?;
        self.sync_folder()
    }

    #[cfg(unix)]
    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// Elsewhere a folder cannot be opened as a file, and a rename is durable by itself.
    #[cfg(not(unix))]
    fn sync_folder(&self) -> io::Result<()> {
        Ok(())
    }

    fn make_folder(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn unavailable(&self, error: &io::Error) -> Error {
        Error::StateUnavailable(format!("{}: {error}", self.folder.display()))
    }
}

/// Files that only their owner can read: where nothing tells a machine from others, `machine.json` alone opens the rest.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
