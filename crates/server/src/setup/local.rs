//! The data folder of a local server: made by a vendor's trust bundle alone, and bound to its machine (NET-3, EXP-10).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_client::Machine;
use chancery_domain::{LocalServerId, MachineIdentity, Name, Vendor};
use chancery_operations::local::{self, NewLocal};
use chancery_operations::{Error, Location, System, SystemOptions};

use super::init::{Ground, found, seed};
use super::{DataFolder, Part, Settings, SetupError, files, kek};
use crate::{Clock, Randomness};

/// What the signs of machines are hashed under. It is the same for all, so that a new machine's identity is known before it has any
/// of the data.
const SALT: &[u8] = b"chancery local server";

/// A local server to be made.
#[derive(Clone, Debug)]
pub struct NewLocalServer {
    /// The vendor's trust bundle, as `chancery trust export` writes it.
    pub trust_bundle: String,
    /// What people read of it.
    pub name: Option<Name>,
    /// Its admin key, if it was chosen beforehand: what `CHANCERY_ADMIN_KEY` says.
    pub admin_key: Option<String>,
    /// The file that moves its clock, for a sandbox vendor (CLK-1).
    pub sandbox_clock: Option<PathBuf>,
}

/// A local server that was made.
#[derive(Clone, Debug)]
pub struct LocalInitialised {
    /// Its id, by which the vendor will know it.
    pub server: LocalServerId,
    /// Whose products it will serve.
    pub vendor: Vendor,
    /// The file with its admin key; none if the key was chosen, and so is known.
    pub key_file: Option<PathBuf>,
    /// The file with the key that encrypts private keys, if that stands beside the data (KEY-6).
    pub kek_file: Option<PathBuf>,
}

/// Which machine this is.
#[must_use]
pub fn identity(machine: &Machine) -> MachineIdentity {
    machine.identity(SALT)
}

/// Makes the data folder of a local server. When anything fails, the folder is not a data folder afterwards.
///
/// # Errors
/// `AlreadyInitialised`, `TrustBundle`, `LiveClock`; see [`SetupError`].
pub async fn init(
    folder: &DataFolder,
    settings: Settings,
    machine: &Machine,
    new: NewLocalServer,
    randomness: &Randomness,
) -> Result<LocalInitialised, SetupError> {
    let settings = Settings { part: Part::LocalServer, ..settings };
    let made = found(folder, &settings, async |work| {
        let ground = Ground::new(work, &settings, randomness)?;
        let machine = machine_of(&ground.location, machine);
        let system = ground.connect(machine).await?;
        let made = if system.vendors().is_empty() {
            make(work, &system, new, randomness).await
        } else {
            Err(SetupError::HasVendors(folder.path().to_owned()))
        };
        system.close().await;
        made
    });
    let made = made.await?;
    Ok(LocalInitialised {
        key_file: made.key_file.map(|_| folder.admin_key()),
        kek_file: Some(folder.kek_file()).filter(|file| file.exists()),
        ..made
    })
}

async fn make(
    folder: &DataFolder,
    system: &System,
    new: NewLocalServer,
    randomness: &Randomness,
) -> Result<LocalInitialised, SetupError> {
    let clock = file_or_machine(new.sandbox_clock.as_deref())?;
    // A variable that is empty is one that is not set.
    let admin_key = new.admin_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
    let known = admin_key.is_some();
    let input = NewLocal { bundle: new.trust_bundle, name: new.name, admin_key };
    let made = local::init(system, system.now(clock.now()), seed(randomness)?, input).await;
    let (server, key) = made.map_err(|error| match error {
        Error::Token { error, .. } => SetupError::TrustBundle(error.to_string()),
        Error::Invalid(errors) => SetupError::AdminKey(errors.into_iter().map(|error| error.detail).collect()),
        other => other.into(),
    })?;
    check_clock(system, new.sandbox_clock.as_deref())?;
    let no_vendor = || SetupError::Operation("a local server without a vendor".to_owned());
    let vendor = system.vendors().into_iter().next().ok_or_else(no_vendor)?;
    let key_file = if known { None } else { Some(folder.admin_key()) };
    if let Some(file) = &key_file {
        files::create_private(file, &format!("{key}\n"))?;
    }
    Ok(LocalInitialised { server, vendor, key_file, kek_file: None })
}

/// Opens the system of a local server on an initialised folder. `database` is another PostgreSQL database than the settings name.
///
/// # Errors
/// `NotInitialised`; `OtherPart` for the data of an authority; see [`SetupError`].
pub async fn open(
    folder: &DataFolder,
    database: Option<&str>,
    public_url: Option<String>,
    machine: &Machine,
) -> Result<Arc<System>, SetupError> {
    let settings = folder.settings_of(Part::LocalServer)?;
    let key_encryption_key = kek::load(folder, &settings, None)?;
    let location = folder.location(database, &settings);
    let machine = machine_of(&location, machine);
    let system = System::connect(location, SystemOptions { key_encryption_key, public_url, machine }).await?;
    if system.local().is_none() {
        system.close().await;
        return Err(SetupError::NotInitialised(folder.path().to_owned()));
    }
    Ok(Arc::new(system))
}

/// The clock of a local server: the machine's own, or one that a file moves, which a live vendor's does not follow (CLK-1).
///
/// # Errors
/// `Clock`, `LiveClock`.
pub fn clock(system: &System, file: Option<&Path>) -> Result<Clock, SetupError> {
    check_clock(system, file)?;
    file_or_machine(file)
}

pub(super) fn file_or_machine(file: Option<&Path>) -> Result<Clock, SetupError> {
    file.map_or_else(|| Ok(Clock::system()), |file| Clock::of_file(file).map_err(SetupError::Clock))
}

fn check_clock(system: &System, file: Option<&Path>) -> Result<(), SetupError> {
    let sandbox = system.vendors().iter().all(Vendor::is_sandbox);
    if file.is_some() && !sandbox { Err(SetupError::LiveClock) } else { Ok(()) }
}

/// PostgreSQL's data are bound to their database, which tells by itself which one it is.
pub(super) fn machine_of(location: &Location, machine: &Machine) -> Option<MachineIdentity> {
    matches!(location, Location::Sqlite(_)).then(|| identity(machine))
}
