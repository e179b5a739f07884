//! SQLite's errors, sorted by fault.

use rusqlite::{ErrorCode, ffi};

use crate::engine::{ConstraintKind, StoreError};

/// Sorts SQLite's errors by fault.
pub(super) fn sort(error: &rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    let Some(code) = error.sqlite_error_code() else { return StoreError::Internal { detail } };
    match code {
        ErrorCode::ConstraintViolation => constraint(error, &detail),
        ErrorCode::DiskFull => StoreError::DiskFull { detail },
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly { detail },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt { what: detail },
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::OperationInterrupted
        | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable { detail },
        _ => StoreError::Internal { detail },
    }
}

fn constraint(error: &rusqlite::Error, detail: &str) -> StoreError {
    let kind = match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
            ConstraintKind::Unique
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => ConstraintKind::ForeignKey,
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => ConstraintKind::Check,
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => ConstraintKind::NotNull,
        _ => ConstraintKind::Other,
    };
    let name = detail.split_once("failed: ").map_or(detail, |(_, name)| name);
    StoreError::Constraint { kind, name: name.to_owned() }
}
