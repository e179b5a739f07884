//! Making a data folder with its first vendor, and making further vendors (NET-3, MAN-1).

use std::path::PathBuf;

use chancery_domain::{MachineIdentity, Name, Vendor};
use chancery_operations::vendor::{self, NewVendor};
use chancery_operations::{Error, KeyEncryptionKey, Location, System, SystemOptions};

use super::site::Site;
use super::swap::Swap;
use super::{DataFolder, Settings, SetupError, files, kek};
use crate::{Clock, Randomness};

/// A vendor to be made.
#[derive(Clone, Debug)]
pub struct NewVendorOptions {
    /// Its name.
    pub name: Name,
    /// Whether it is a sandbox.
    pub sandbox: bool,
    /// Its first API key, if it was chosen beforehand: what `CHANCERY_ADMIN_KEY` says.
    pub admin_key: Option<String>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Initialised {
    /// The vendor.
    pub vendor: Vendor,
    /// The file with its API key; none if the key was chosen, and so is known.
    pub key_file: Option<PathBuf>,
    /// The file with the key that encrypts private keys, if that stands beside the data (KEY-6).
    pub kek_file: Option<PathBuf>,
}

/// Makes a data folder with its first vendor. When anything fails, the folder is not a data folder afterwards.
///
/// # Errors
/// `AlreadyInitialised`; see [`SetupError`].
pub async fn init(
    folder: &DataFolder,
    settings: Settings,
    new: NewVendorOptions,
    clock: &Clock,
    randomness: &Randomness,
) -> Result<Initialised, SetupError> {
    let made = found(folder, &settings, async |work| {
        let system = Ground::new(work, &settings, randomness)?.connect(None).await?;
        let made = if vendor::list(&system).await?.is_empty() {
            create_vendor(work, &system, new, clock, randomness).await
        } else {
            // Made by a server that shares the database, or left by an `init` that was cut off. Nothing is ever overwritten.
            Err(SetupError::HasVendors(folder.path().to_owned()))
        };
        system.close().await;
        made
    });
    let made = made.await?;
    Ok(Initialised {
        key_file: made.key_file.map(|_| folder.admin_key()),
        kek_file: Some(folder.kek_file()).filter(|file| file.exists()),
        ..made
    })
}

/// Makes a data folder by what is made in the folder that it is handed. When that fails, nothing is there afterwards.
pub(super) async fn found<T>(
    folder: &DataFolder,
    settings: &Settings,
    make: impl AsyncFnOnce(&DataFolder) -> Result<T, SetupError>,
) -> Result<T, SetupError> {
    if folder.is_initialised()? {
        return Err(SetupError::AlreadyInitialised(folder.path().to_owned()));
    }
    if Swap::of(folder).is_cut_off() {
        return Err(SetupError::RestoreUnfinished(folder.path().to_owned()));
    }
    let site = Site::open(folder)?;
    let made = match make(site.work()).await {
        Ok(made) => made,
        Err(error) => {
            site.abandon();
            return Err(error);
        }
    };
    site.work().write_settings(settings)?;
    site.finish()?;
    Ok(made)
}

/// Where a new system is opened, and by which key.
pub(super) struct Ground {
    pub(super) location: Location,
    key_encryption_key: KeyEncryptionKey,
}

impl Ground {
    /// Makes what must be there before: a key-encryption key, if none is given, and private files.
    pub(super) fn new(folder: &DataFolder, settings: &Settings, randomness: &Randomness) -> Result<Self, SetupError> {
        let key_encryption_key = kek::load(folder, settings, Some(seed(randomness)?))?;
        let location = folder.location(None, settings);
        if matches!(location, Location::Sqlite(_)) {
            // SQLite would let everybody read them; what it makes beside them later is as private as they are.
            for file in [folder.database_file(), folder.lock_file()] {
                files::create_private(&file, "")?;
            }
        }
        Ok(Self { location, key_encryption_key })
    }

    /// Opens the system, of a local server on its machine.
    pub(super) async fn connect(self, machine: Option<MachineIdentity>) -> Result<System, SetupError> {
        let Self { location, key_encryption_key } = self;
        Ok(System::connect(location, SystemOptions { key_encryption_key, public_url: None, machine }).await?)
    }
}

/// Makes a vendor. Its API key is written to `admin.key`, of further vendors to `<vendor id>.key`.
///
/// # Errors
/// See [`SetupError`].
pub async fn create_vendor(
    folder: &DataFolder,
    system: &System,
    new: NewVendorOptions,
    clock: &Clock,
    randomness: &Randomness,
) -> Result<Initialised, SetupError> {
    // A variable that is empty is one that is not set.
    let admin_key = new.admin_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
    let known = admin_key.is_some();
    let input = NewVendor { name: new.name, sandbox: new.sandbox, admin_key };
    let created = vendor::create(system, system.now(clock.now()), seed(randomness)?, input).await;
    let (vendor, key) = created.map_err(|error| match error {
        Error::Invalid(errors) => SetupError::AdminKey(errors.into_iter().map(|error| error.detail).collect()),
        other => other.into(),
    })?;
    if known {
        return Ok(Initialised { vendor, key_file: None, kek_file: None });
    }
    let first = folder.admin_key();
    let key_file = if first.exists() { folder.path().join(format!("{}.key", vendor.id)) } else { first };
    files::create_private(&key_file, &format!("{key}\n"))?;
    Ok(Initialised { vendor, key_file: Some(key_file), kek_file: None })
}

pub(super) fn seed(randomness: &Randomness) -> Result<[u8; 32], SetupError> {
    randomness.seed().map_err(|_| SetupError::Operation("the system gives no randomness".to_owned()))
}
