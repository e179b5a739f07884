//! One server per data folder: a lock on a file beside the database, which the system frees when the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::OpenError;

/// The lock; held as long as this lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Locks the folder of a database file.
    pub(crate) fn of(database: &Path) -> Result<Self, OpenError> {
        let path = database.with_file_name("chancery.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| OpenError::File { path: path.clone(), error })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked { lock: path }),
            Err(TryLockError::Error(error)) => Err(OpenError::File { path, error }),
        }
    }
}
