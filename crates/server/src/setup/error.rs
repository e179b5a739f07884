//! Why a data folder cannot be made or used, and what to do about it.

use std::path::PathBuf;

use chancery_operations::{ConnectError, Error, OpenError};

/// Why the data cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder is no data folder.
    #[error("{} holds no data of Chancery", .0.display())]
    NotInitialised(PathBuf),
    /// The folder is one already.
    #[error("{} is initialised already", .0.display())]
    AlreadyInitialised(PathBuf),
    /// The database holds vendors, but the folder is no data folder.
    #[error("the database for {} holds vendors already", .0.display())]
    HasVendors(PathBuf),
    /// A file cannot be read or written.
    #[error("cannot use {}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {detail}", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// An operation failed.
    #[error("{0}")]
    Operation(String),
}

impl SetupError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotInitialised(_) => Some("run `chancery init` first, or name the right folder with --data"),
            Self::AlreadyInitialised(_) => Some("use it as it is, or name another folder with --data"),
            Self::HasVendors(_) => Some(
                "copy chancery.toml and key-encryption.key from the data folder of the server that made them; \
                 or begin with an empty database",
            ),
            Self::Connect(ConnectError::Database(OpenError::Locked { .. })) => {
                Some("stop the other server, or give this one a data folder of its own")
            }
            Self::Connect(ConnectError::Database(OpenError::NewerThanProgram { .. })) => {
                Some("install the newer version of chancery that wrote it; nothing was changed")
            }
            Self::Connect(ConnectError::Keys(_)) => Some("give the key-encryption key with which the data were made"),
            _ => None,
        }
    }
}

impl From<Error> for SetupError {
    fn from(error: Error) -> Self {
        Self::Operation(match error {
            Error::AlreadyExists { .. } => "there is a vendor of this name already".to_owned(),
            Error::Invalid(errors) => {
                errors.iter().map(|error| format!("{} {}: {}", error.path, error.invalid, error.detail)).collect()
            }
            other => other.private(),
        })
    }
}
