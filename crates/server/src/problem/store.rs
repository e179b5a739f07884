//! Problems of the storage: what the engine said goes to the log alone.

use chancery_api_types::Code;
use chancery_operations::StoreError;

use super::Failure;

/// Seconds after which a database that did not answer may be asked again.
const SOON: u32 = 2;
/// The same where somebody has to do something first.
const LATER: u32 = 30;

pub(super) fn failure(error: &StoreError) -> Failure {
    let detail = error.detail();
    match error {
        StoreError::Unavailable { .. } => {
            tracing::warn!(detail, "the storage is not available");
            Failure::of(Code::StorageUnavailable).retry_after(SOON)
        }
        StoreError::ReadOnly { .. } => {
            tracing::error!(detail, "the storage cannot be written");
            Failure::of(Code::StorageUnavailable).retry_after(LATER)
        }
        StoreError::DiskFull { .. } => {
            tracing::error!(detail, "the storage's disk is full");
            Failure::of(Code::DiskFull).retry_after(LATER)
        }
        StoreError::ShuttingDown => Failure::of(Code::ShuttingDown).retry_after(SOON),
        StoreError::Constraint { .. } | StoreError::Corrupt { .. } | StoreError::Internal { .. } => {
            super::internal(&format!("{error}: {detail}"))
        }
    }
}
