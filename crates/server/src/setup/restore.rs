//! Putting a backup in the place of a local server's data (LLS-7, EXP-9).

use std::fs;
use std::path::{Path, PathBuf};

use chancery_client::Machine;
use chancery_operations::{Location, System, SystemOptions, backup as database, local};

use super::backup::{BESIDE, copy_beside};
use super::init::seed;
use super::local::{file_or_machine, machine_of};
use super::swap::{LOG, Swap};
use super::{DataFolder, Part, SetupError, files, kek, site};
use crate::Randomness;

/// Data that were restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the data are that were there before; nothing, if there were none.
    pub replaced: Option<PathBuf>,
}

/// Puts a backup in the place of a local server's data, and notes in it that it was restored: it gives no new seat until an
/// administrator confirms that (EXP-9). What was there is kept beside, as a data folder itself. Where an earlier restore was cut off,
/// what it had replaced is put back before.
///
/// # Errors
/// `Connect` with `Locked` while a server runs on the folder, `OtherPart`, `InPostgres`; see [`SetupError`]. Nothing was changed then,
/// unless the disk failed in the middle: the same command goes on with it.
pub async fn restore(
    folder: &DataFolder,
    from: &Path,
    machine: &Machine,
    sandbox_clock: Option<&Path>,
    randomness: &Randomness,
) -> Result<Restored, SetupError> {
    let backup = DataFolder::new(from.to_owned());
    check(&backup)?;
    let (is_new, locked_before) = (!folder.path().exists(), folder.lock_file().exists());
    site::check_known(folder.path())?;
    if folder.is_initialised()? {
        check(folder)?;
    }
    if !locked_before {
        files::create_private(&folder.lock_file(), "")?;
    }
    let lock = database::lock(&folder.database_file()).map_err(|error| SetupError::Connect(error.into()))?;
    let restored = replace(folder, &backup, machine, sandbox_clock, randomness).await;
    if restored.is_err() && !locked_before {
        drop(fs::remove_file(folder.lock_file()));
        if is_new {
            drop(fs::remove_dir(folder.path()));
        }
    }
    drop(lock);
    restored
}

/// The same, under the folder's lock.
async fn replace(
    folder: &DataFolder,
    backup: &DataFolder,
    machine: &Machine,
    sandbox_clock: Option<&Path>,
    randomness: &Randomness,
) -> Result<Restored, SetupError> {
    let (swap, now) = (Swap::of(folder), file_or_machine(None)?.now().to_string());
    swap.settle(&now)?;
    let made = match prepare(backup, &swap.work) {
        Ok(()) => mark(folder, &swap.work, machine, sandbox_clock, randomness).await,
        failed => failed,
    };
    if let Err(error) = made.and_then(|()| complete(folder, &swap.work)) {
        drop(fs::remove_dir_all(swap.work.path()));
        return Err(error);
    }
    match swap.run(&now) {
        Ok(replaced) => Ok(Restored { replaced }),
        Err(error) => {
            drop(swap.settle(&now));
            Err(error)
        }
    }
}

/// Whether it is a local server's folder on SQLite.
fn check(folder: &DataFolder) -> Result<(), SetupError> {
    let settings = folder.settings_of(Part::LocalServer)?;
    match folder.location(None, &settings) {
        Location::Sqlite(_) => Ok(()),
        _ => Err(SetupError::InPostgres(folder.settings_file())),
    }
}

/// Copies the backup, and looks whether it is sound.
fn prepare(backup: &DataFolder, work: &DataFolder) -> Result<(), SetupError> {
    let unsound = |detail: &str| SetupError::Backup { path: backup.database_file(), detail: detail.to_owned() };
    if !backup.database_file().is_file() {
        return Err(unsound("there is no such database"));
    }
    site::make(work.path()).map_err(|error| SetupError::File { path: work.path().to_owned(), error })?;
    files::copy_private(&backup.database_file(), &work.database_file())?;
    // A folder that was copied by other means, or was replaced after a crash, has its latest commits in here.
    let log = backup.path().join(LOG);
    if log.is_file() {
        files::copy_private(&log, &work.path().join(LOG))?;
    }
    copy_beside(backup, work)?;
    database::check(&work.database_file()).map_err(|error| unsound(error.detail()))
}

/// Notes that the database was set back, by opening it where it was made ready.
async fn mark(
    folder: &DataFolder,
    work: &DataFolder,
    machine: &Machine,
    sandbox_clock: Option<&Path>,
    randomness: &Randomness,
) -> Result<(), SetupError> {
    let settings = work.settings()?;
    // The key need not be in the backup (KEY-6).
    let key_folder = if work.kek_file().exists() { work } else { folder };
    let key_encryption_key = kek::load(key_folder, &settings, None)?;
    let location = work.location(None, &settings);
    let options = SystemOptions { key_encryption_key, public_url: None, machine: machine_of(&location, machine) };
    let system = System::connect(location, options).await?;
    let clock = super::local::clock(&system, sandbox_clock);
    let marked = match clock {
        Ok(clock) => {
            let (now, seed) = (system.now(clock.now()), seed(randomness)?);
            local::mark_restored(&system, now, seed).await.map_err(SetupError::from)
        }
        Err(error) => Err(error),
    };
    system.close().await;
    marked
}

/// Adds what the backup has not: a key that is kept elsewhere stays in its place (KEY-6).
fn complete(folder: &DataFolder, work: &DataFolder) -> Result<(), SetupError> {
    for name in BESIDE {
        let (there, to) = (folder.path().join(name), work.path().join(name));
        if there.is_file() && !to.exists() {
            files::copy_private(&there, &to)?;
        }
    }
    files::sync_folder(work.path())
}
