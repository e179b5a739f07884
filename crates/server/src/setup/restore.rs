//! Putting a backup in the place of a local server's data (LLS-7, EXP-9).
//!
//! The settings are what makes a folder a data folder: they are taken away first and come back last, so that whatever happens in
//! between, no server starts on half of it, and the same command goes on with it.

use std::fs;
use std::path::{Path, PathBuf};

use chancery_client::Machine;
use chancery_operations::{Location, System, SystemOptions, backup as database, local};

use super::backup::{BESIDE, CERTIFICATES, copy_beside};
use super::init::seed;
use super::local::{file_or_machine, machine_of};
use super::{DataFolder, Part, SetupError, files, kek, site};
use crate::Randomness;

/// Where the backup is made ready, inside of the data folder.
pub(super) const WORK: &str = "restoring";
/// How the folders begin in which what was replaced is kept.
pub(super) const REPLACED: &str = "replaced-";
/// What belongs to a database, besides its file.
const OF_DATABASE: [&str; 3] = [LOG, "chancery.db-shm", "chancery.db-journal"];
/// What was committed and is not in the database's file yet.
const LOG: &str = "chancery.db-wal";

/// Data that were restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the data are that were there before; nothing, if there were none.
    pub replaced: Option<PathBuf>,
}

/// Puts a backup in the place of a local server's data, and notes in it that it was restored: it gives no new seat until an
/// administrator confirms that (EXP-9). What was there is kept beside.
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
    site::check_known(folder.path())?;
    if folder.is_initialised()? {
        check(folder)?;
    }
    if !folder.lock_file().exists() {
        files::create_private(&folder.lock_file(), "")?;
    }
    let _lock = database::lock(&folder.database_file()).map_err(|error| SetupError::Connect(error.into()))?;
    let work = DataFolder::new(folder.path().join(WORK));
    let made = match prepare(&backup, &work) {
        Ok(()) => mark(folder, &work, machine, sandbox_clock, randomness).await,
        failed => failed,
    };
    if made.is_err() {
        drop(fs::remove_dir_all(work.path()));
    }
    made?;
    let replaced = swap(folder, &work, &file_or_machine(None)?.now().to_string())?;
    Ok(Restored { replaced })
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

/// Exchanges what is there for what was made ready.
fn swap(folder: &DataFolder, work: &DataFolder, now: &str) -> Result<Option<PathBuf>, SetupError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| SetupError::File { path, error }
    };
    // The settings are the last of these names: first of what goes, last of what comes.
    let mut names = vec!["chancery.db"];
    names.extend(BESIDE);
    let brought = |name: &&str| work.path().join(name).exists();
    let going = names.iter().rev().copied().filter(brought).chain(OF_DATABASE);
    let going: Vec<&str> = going.filter(|name| folder.path().join(name).exists()).collect();
    let replaced = folder.path().join(format!("{REPLACED}{}", now.replace(':', "")));
    if !going.is_empty() && !replaced.exists() {
        files::create_private_folder(&replaced)?;
    }
    for name in &going {
        let path = folder.path().join(name);
        fs::rename(&path, replaced.join(name)).map_err(failed(&path))?;
    }
    files::sync_folder(folder.path())?;
    if !folder.path().join(CERTIFICATES).exists() && work.path().join(CERTIFICATES).exists() {
        let path = folder.path().join(CERTIFICATES);
        fs::rename(work.path().join(CERTIFICATES), &path).map_err(failed(&path))?;
    }
    for name in names.into_iter().filter(brought) {
        let path = folder.path().join(name);
        fs::rename(work.path().join(name), &path).map_err(failed(&path))?;
    }
    files::sync_folder(folder.path())?;
    fs::remove_dir_all(work.path()).map_err(failed(work.path()))?;
    Ok(Some(replaced).filter(|_| !going.is_empty()))
}
