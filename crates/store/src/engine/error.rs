//! What can go wrong in the store, sorted by whose fault it is, with the public text apart from the private detail.

use std::path::PathBuf;

use thiserror::Error;

/// Why a read or a write was not done.
///
/// The `Display` text is fit for the public. What the engine itself said is [`StoreError::detail`]: for the log only.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// The database cannot be reached or is too busy. Trying again later may help. Where the connection was lost at the
    /// commit and stayed lost, the change may have been made: a retry must be idempotent (SAFE-1).
    #[error("the database is not available at the moment")]
    Unavailable {
        /// What the engine said.
        detail: String,
    },
    /// There is no room on the database's disk.
    #[error("the database's disk is full")]
    DiskFull {
        /// What the engine said.
        detail: String,
    },
    /// The database can be read but not written.
    #[error("the database cannot be written")]
    ReadOnly {
        /// What the engine said.
        detail: String,
    },
    /// A constraint of the schema refused the change: the last line of defence.
    #[error("the change contradicts what is stored")]
    Constraint {
        /// What sort of constraint it is.
        kind: ConstraintKind,
        /// Its name, or the columns it is about, as far as the engine tells: not the same text on both engines.
        name: String,
    },
    /// What is stored is not what this program stores.
    #[error("the database holds something unexpected")]
    Corrupt {
        /// What was found, and where.
        what: String,
    },
    /// The program gave a wrong statement, or the closure panicked: a mistake in this program.
    #[error("an internal error in the storage")]
    Internal {
        /// What the engine said.
        detail: String,
    },
    /// The store has been closed.
    #[error("the server is shutting down")]
    ShuttingDown,
}

impl StoreError {
    /// What the engine itself said; for the log, never for a reply.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Unavailable { detail }
            | Self::DiskFull { detail }
            | Self::ReadOnly { detail }
            | Self::Internal { detail } => detail,
            Self::Constraint { name, .. } => name,
            Self::Corrupt { what } => what,
            Self::ShuttingDown => "the store is closed",
        }
    }

    /// Something stored that cannot be.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::Internal { detail: detail.into() }
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into() }
    }
}

/// The sorts of constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A unique index or primary key.
    Unique,
    /// A reference to a row that is not there, or a row that is still referred to.
    ForeignKey,
    /// A `CHECK`.
    Check,
    /// A `NOT NULL`.
    NotNull,
    /// Another one.
    Other,
}

/// Why a store could not be opened. The text names what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another server works on the same files.
    #[error("another server is using this data folder (it holds the lock on {})", lock.display())]
    Locked {
        /// The file that the other one has locked.
        lock: PathBuf,
    },
    /// The database was last used by a newer version of this program. Nothing was changed.
    #[error("the database has schema version {found}, made by a newer program; this one knows up to {known}")]
    NewerThanProgram {
        /// The version of the schema.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// The database was made by other migrations than this program's: by a build between two releases. Nothing was changed.
    #[error("the database was made by another build: its migration {version} ({name}) is not this program's")]
    OtherHistory {
        /// The number of the migration.
        version: i64,
        /// Its name here.
        name: &'static str,
    },
    /// A file or folder cannot be used.
    #[error("cannot use {}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The address of the PostgreSQL server cannot be understood. The text has no password in it.
    #[error("the PostgreSQL address is not valid: {detail}")]
    Address {
        /// What is wrong with it.
        detail: String,
    },
    /// The SQLite library or the PostgreSQL server is too old.
    #[error("{engine} {found} is too old; {needed} or later is needed")]
    EngineTooOld {
        /// Which engine.
        engine: &'static str,
        /// Its version.
        found: String,
        /// The oldest version that will do.
        needed: &'static str,
    },
    /// A migration failed; it has left no trace.
    #[error("migration {version} ({name}) failed: {}", error.detail())]
    Migration {
        /// Its number.
        version: i64,
        /// Its name.
        name: &'static str,
        /// Why.
        error: StoreError,
    },
    /// The database failed.
    #[error("{error}: {}", error.detail())]
    Database {
        /// Why.
        #[from]
        error: StoreError,
    },
}
