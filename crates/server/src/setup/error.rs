//! Why a data folder cannot be made or used, and what to do about it.

use std::io;
use std::path::PathBuf;

use chancery_api_types::Code;
use chancery_operations::{ConnectError, Error, OpenError};

use super::Part;
use super::kek::VARIABLE;

/// Why the data cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder is no data folder.
    #[error("{} holds no data of Chancery", .0.display())]
    NotInitialised(PathBuf),
    /// A restore of the folder was cut off: what it replaced is there.
    #[error("a restore of {} was cut off", .0.display())]
    RestoreUnfinished(PathBuf),
    /// The folder holds the data of another part of Chancery.
    #[error("{} holds the data of a Chancery {}", path.display(), part.name())]
    OtherPart {
        /// The folder.
        path: PathBuf,
        /// Of which.
        part: Part,
    },
    /// The data are in PostgreSQL, which has backups of its own.
    #[error("{} says that the data are in PostgreSQL", .0.display())]
    InPostgres(PathBuf),
    /// A backup is made in a folder of its own.
    #[error("{} is there already", .0.display())]
    BackupThere(PathBuf),
    /// A backup cannot be made, or is none.
    #[error("{}: {detail}", path.display())]
    Backup {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The trust bundle of a new local server is none (KEY-4).
    #[error("the trust bundle cannot be used: {0}")]
    TrustBundle(String),
    /// The file that shall move the clock does not (CLK-1).
    #[error("the clock cannot be moved: {0}")]
    Clock(String),
    /// A live vendor's time is moved by no file (CLK-1).
    #[error("the trust bundle is a live vendor's: its time is the machine's own")]
    LiveClock,
    /// The folder is one already.
    #[error("{} is initialised already", .0.display())]
    AlreadyInitialised(PathBuf),
    /// The folder is somebody's, and no data folder: nothing of it is touched.
    #[error("{} is not empty, and holds no data of Chancery", .0.display())]
    NotEmpty(PathBuf),
    /// An `init` was cut off that worked in a folder which was there before.
    #[error("an earlier init of {} did not finish; it left {}", path.display(), files.join(", "))]
    Unfinished {
        /// The folder.
        path: PathBuf,
        /// What it left there.
        files: Vec<String>,
    },
    /// The database holds vendors, but the folder is no data folder.
    #[error("the database for {} holds vendors already", .0.display())]
    HasVendors(PathBuf),
    /// The key that encrypts private keys is nowhere (KEY-6).
    #[error("the key that encrypts private keys is missing: {VARIABLE} is not set, and there is no {}", .0.display())]
    KeyMissing(PathBuf),
    /// The key that encrypts private keys is none.
    #[error("{0} is no key-encryption key: give 32 bytes in hexadecimal or base64")]
    KeyUnfit(String),
    /// The command that gives the key that encrypts private keys failed (KEY-6).
    #[error("the command that gives the key-encryption key failed: `{program}` {detail}")]
    KeyCommand {
        /// The program; not its arguments, which may hold secrets.
        program: String,
        /// What happened.
        detail: String,
    },
    /// The file that the settings name for that key is not there (KEY-6).
    #[error("the key that encrypts private keys is missing: there is no {}, which chancery.toml names", .0.display())]
    KeyFileMissing(PathBuf),
    /// The first API key that was chosen is none (MAN-1).
    #[error("CHANCERY_ADMIN_KEY is no API key: {0}")]
    AdminKey(String),
    /// There is a vendor of this name already.
    #[error("there is a vendor of this name already")]
    VendorExists,
    /// A file cannot be read or written.
    #[error("cannot use {}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
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
    /// Its code (errors.md): it stays the same, whatever the sentence says.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NotInitialised(_) | Self::RestoreUnfinished(_) | Self::OtherPart { .. } => Code::NotInitialised,
            Self::BackupThere(_) => Code::AlreadyExists,
            Self::InPostgres(_) => Code::Setup,
            Self::Backup { .. } | Self::TrustBundle(_) => Code::File,
            Self::AlreadyInitialised(_) | Self::HasVendors(_) => Code::AlreadyInitialised,
            Self::NotEmpty(_) => Code::FolderNotEmpty,
            Self::Unfinished { .. } => Code::InitUnfinished,
            Self::KeyMissing(_) | Self::KeyFileMissing(_) | Self::KeyCommand { .. } => Code::KeyEncryptionKeyMissing,
            Self::KeyUnfit(_) | Self::AdminKey(_) | Self::Content { .. } | Self::Clock(_) | Self::LiveClock => {
                Code::ConfigurationInvalid
            }
            Self::VendorExists => Code::AlreadyExists,
            Self::File { .. } => Code::File,
            Self::Connect(ConnectError::Keys(_)) | Self::Operation(_) => Code::Setup,
            Self::Connect(ConnectError::Database(error)) => match error {
                OpenError::Locked { .. } => Code::StateLocked,
                OpenError::NewerThanProgram { .. } => Code::StateNewerThanProgram,
                OpenError::File { .. } => Code::File,
                OpenError::Address { .. } => Code::ConfigurationInvalid,
                OpenError::EngineTooOld { .. } | OpenError::Migration { .. } | OpenError::OtherHistory { .. } => {
                    Code::Setup
                }
                OpenError::Database { .. } => Code::StorageUnavailable,
            },
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotInitialised(_) => "run `chancery init` first, or name the right folder with --data",
            Self::RestoreUnfinished(_) => {
                "run `chancery local restore` again: it puts back what was there, and then the backup in its place; nothing is lost"
            }
            Self::OtherPart { part: Part::LocalServer, .. } => {
                "use `chancery local …`, or name the folder of an authority with --data"
            }
            Self::OtherPart { part: Part::Authority, .. } => {
                "an authority is run by `chancery serve`; else name the folder of a local server with --data"
            }
            Self::InPostgres(_) => {
                "back up and restore the database with PostgreSQL's own tools (pg_dump); keep the key-encryption key with it"
            }
            Self::BackupThere(_) => "name a folder that is not there yet",
            Self::Backup { .. } => "name a folder that `chancery local backup` made, or one on a disk with room",
            Self::TrustBundle(_) => "get the vendor's trust bundle again: `chancery trust export`, or from the vendor",
            Self::Clock(_) => "give a file with an instant such as 2030-01-31T10:00:00Z, or an offset such as +40d",
            Self::LiveClock => "leave out --sandbox-clock: it is for sandbox vendors alone",
            Self::AlreadyInitialised(_) => "use it as it is, or name another folder with --data",
            Self::NotEmpty(_) => "name a new or an empty folder with --data",
            Self::Unfinished { .. } => "nothing was in use yet: remove these files, and run `chancery init` again",
            Self::HasVendors(_) => {
                "copy chancery.toml and key-encryption.key from the data folder of the server that made them; \
                 or begin with an empty database, also if an earlier init did not finish"
            }
            Self::KeyMissing(_) => {
                "give the key with which the data were made by CHANCERY_KEY_ENCRYPTION_KEY, or restore its file; \
                 without it the vendors' keys are lost"
            }
            Self::KeyFileMissing(_) => {
                "restore the file, or mend `key-encryption-key-file` in chancery.toml; without the key the vendors' keys are lost"
            }
            Self::KeyCommand { .. } => {
                "run it by hand as the same user: it must write 32 bytes in hexadecimal or base64 on standard output, and end \
                 with 0; it is `key-encryption-key-command` in chancery.toml, a list of program and arguments"
            }
            Self::KeyUnfit(_) => "`openssl rand -hex 32` makes a key for new data; data that exist need their own",
            Self::AdminKey(_) => "unset CHANCERY_ADMIN_KEY, and a key is made and written to admin.key",
            Self::VendorExists => "give the vendor another name",
            Self::Content { .. } => "mend or restore the file",
            Self::File { error, .. } => return file_hint(error),
            Self::Connect(ConnectError::Keys(_)) => "give the key-encryption key with which the data were made",
            Self::Connect(ConnectError::Database(error)) => return database_hint(error),
            Self::Operation(_) => return None,
        })
    }
}

fn file_hint(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Some("let the user that runs chancery read and write there, or name another folder with --data")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("chancery writes there: mount it writable, or name another folder"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("make room on the disk"),
        io::ErrorKind::NotADirectory => Some("name a folder with --data, not a file"),
        _ => None,
    }
}

fn database_hint(error: &OpenError) -> Option<&'static str> {
    match error {
        OpenError::Locked { .. } => Some("stop the other server, or give this one a data folder of its own"),
        OpenError::NewerThanProgram { .. } => {
            Some("install the newer version of chancery that wrote it; nothing was changed")
        }
        OpenError::OtherHistory { .. } => {
            Some("run the build of chancery that made it, or begin with new data; nothing was changed")
        }
        OpenError::File { error, .. } => file_hint(error),
        OpenError::Address { .. } => Some("give the address as postgres://user:password@host/database"),
        OpenError::Database { .. } => Some("check that the database runs, and that its address and password are right"),
        OpenError::EngineTooOld { .. } => Some("install a newer version of the database"),
        OpenError::Migration { .. } => None,
    }
}

impl From<Error> for SetupError {
    fn from(error: Error) -> Self {
        match error {
            Error::AlreadyExists { .. } => Self::VendorExists,
            other => Self::Operation(other.private()),
        }
    }
}
