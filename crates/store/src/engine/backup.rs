//! Backups of a SQLite database (LLS-7). PostgreSQL has its own.

use std::path::Path;

pub use super::lock::FolderLock;
use super::{OpenError, StoreError, sqlite};

/// Copies a database, of a running server too, as it is after the last commit. `to` is an empty file, or none. Takes its time: not
/// for an async thread.
///
/// # Errors
/// The engine's.
pub fn copy(database: &Path, to: &Path) -> Result<(), StoreError> {
    sqlite::copy(database, to)
}

/// Reads a copy as a whole, whether it is a sound database. Takes its time: not for an async thread.
///
/// # Errors
/// `Corrupt` if it is none; the engine's.
pub fn check(copy: &Path) -> Result<(), StoreError> {
    sqlite::check(copy)
}

/// Keeps servers out of the folder of a database, as long as the lock lives.
///
/// # Errors
/// `Locked` if a server runs on it.
pub fn lock(database: &Path) -> Result<FolderLock, OpenError> {
    FolderLock::of(database)
}
