//! Making a data folder with its first vendor, and making further vendors (NET-3, MAN-1).

use std::fs;
use std::path::PathBuf;

use chancery_domain::{Name, Vendor};
use chancery_operations::vendor::{self, NewVendor};
use chancery_operations::{System, SystemOptions};

use super::{DataFolder, Settings, SetupError, files, kek};
use crate::{Clock, Randomness};

/// A vendor to be made.
#[derive(Clone, Debug)]
pub struct NewVendorOptions {
    /// Its name.
    pub name: Name,
    /// Whether it is a sandbox.
    pub sandbox: bool,
    /// Its first API key, if it was chosen beforehand.
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
    if folder.is_initialised()? {
        return Err(SetupError::AlreadyInitialised(folder.path().to_owned()));
    }
    create_folder(folder)?;
    let kek = kek::load(folder, Some(seed(randomness)?))?;
    let location = folder.location(None, &settings);
    let system = System::connect(location, SystemOptions { key_encryption_key: kek, public_url: None }).await?;
    let made = if system.vendors().is_empty() {
        create_vendor(folder, &system, new, clock, randomness).await
    } else {
        // Made by a server that shares the database, or left by an `init` that was cut off. Nothing is ever overwritten.
        Err(SetupError::HasVendors(folder.path().to_owned()))
    };
    system.close().await;
    let made = made?;
    folder.write_settings(&settings)?;
    Ok(Initialised { kek_file: Some(folder.kek_file()).filter(|file| file.exists()), ..made })
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
    let known = new.admin_key.is_some();
    let input = NewVendor { name: new.name, sandbox: new.sandbox, admin_key: new.admin_key };
    let (vendor, key) = vendor::create(system, system.now(clock.now()), seed(randomness)?, input).await?;
    if known {
        return Ok(Initialised { vendor, key_file: None, kek_file: None });
    }
    let first = folder.admin_key();
    let key_file = if first.exists() { folder.path().join(format!("{}.key", vendor.id)) } else { first };
    files::create_private(&key_file, &format!("{key}\n"))?;
    Ok(Initialised { vendor, key_file: Some(key_file), kek_file: None })
}

fn create_folder(folder: &DataFolder) -> Result<(), SetupError> {
    let path = folder.path();
    let made = fs::create_dir_all(path);
    #[cfg(unix)]
    let made = made.and_then(|()| {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(path, private)
    });
    made.map_err(|error| SetupError::File { path: path.to_owned(), error })
}

fn seed(randomness: &Randomness) -> Result<[u8; 32], SetupError> {
    randomness.seed().map_err(|_| SetupError::Operation("the system gives no randomness".to_owned()))
}
