//! Copies of a database file: made while it is used, looked at before they are.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::sort;
use crate::engine::StoreError;

/// Copies what is committed now, in one transaction that keeps nobody from writing.
pub(crate) fn copy(database: &Path, to: &Path) -> Result<(), StoreError> {
    // Not read-only: who is alone on a database in WAL mode must be able to tidy up behind itself.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let to = to.to_str().ok_or_else(|| StoreError::internal("a path that is no UTF-8"))?;
    let copy = || {
        let db = Connection::open_with_flags(database, flags)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.execute("VACUUM INTO $1", [to]).map(drop)
    };
    copy().map_err(|error| sort(&error))
}

/// Reads a copy as a whole.
pub(crate) fn check(copy: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let check = || {
        let db = Connection::open_with_flags(copy, flags)?;
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    };
    match check().map_err(|error| sort(&error))? {
        found if found == "ok" => Ok(()),
        found => Err(StoreError::Corrupt { what: found }),
    }
}
