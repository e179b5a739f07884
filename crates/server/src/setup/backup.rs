//! A backup of a data folder on SQLite: one command while the server runs (LLS-7). It is a data folder itself.

use std::fs;
use std::path::{Path, PathBuf};

use chancery_operations::{Location, backup as database};

use super::{DataFolder, SetupError, files, site};

/// What a data folder has besides its database, as far as it has it.
pub(super) const BESIDE: [&str; 3] = ["key-encryption.key", "admin.key", "chancery.toml"];
/// The folder with HTTPS certificates.
pub(super) const CERTIFICATES: &str = "certificates";

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The folder.
    pub folder: PathBuf,
    /// Whether the key that encrypts private keys is in it; else it is kept elsewhere, and without it the backup is worth nothing
    /// (KEY-6).
    pub has_key: bool,
}

/// Makes a backup of the folder: database, settings, and what else stands in it, readable by their owner alone. It waits for nobody,
/// and keeps no server from anything. What an earlier one of the same name left when it was killed is removed. Takes its time: not for
/// an async thread.
///
/// # Errors
/// `InPostgres`, `BackupThere`; see [`SetupError`]. Nothing is there then.
pub fn backup(folder: &DataFolder, to: &Path) -> Result<BackedUp, SetupError> {
    let settings = folder.settings()?;
    if !matches!(folder.location(None, &settings), Location::Sqlite(_)) {
        return Err(SetupError::InPostgres(folder.settings_file()));
    }
    if to.symlink_metadata().is_ok() {
        return Err(SetupError::BackupThere(to.to_owned()));
    }
    site::sweep(to);
    let work = site::beside(to);
    site::make(&work).map_err(|error| SetupError::File { path: work.clone(), error })?;
    let made = fill(folder, &DataFolder::new(work.clone())).and_then(|()| {
        fs::rename(&work, to).map_err(|error| SetupError::File { path: to.to_owned(), error })?;
        files::sync_folder(files::parent(to))
    });
    if made.is_err() {
        drop(fs::remove_dir_all(&work));
    }
    made?;
    Ok(BackedUp { folder: to.to_owned(), has_key: DataFolder::new(to.to_owned()).kek_file().exists() })
}

fn fill(from: &DataFolder, to: &DataFolder) -> Result<(), SetupError> {
    // Made before, so that it is private from its first byte on.
    files::create_private(&to.database_file(), "")?;
    let copied = database::copy(&from.database_file(), &to.database_file());
    copied.map_err(|error| SetupError::Backup { path: from.database_file(), detail: error.detail().to_owned() })?;
    files::sync_file(&to.database_file())?;
    copy_beside(from, to)?;
    files::sync_folder(to.path())
}

/// Copies all but the database.
pub(super) fn copy_beside(from: &DataFolder, to: &DataFolder) -> Result<(), SetupError> {
    for name in BESIDE {
        let file = from.path().join(name);
        if file.is_file() {
            files::copy_private(&file, &to.path().join(name))?;
        }
    }
    let certificates = from.path().join(CERTIFICATES);
    let Ok(entries) = fs::read_dir(&certificates) else { return Ok(()) };
    let copies = to.path().join(CERTIFICATES);
    files::create_private_folder(&copies)?;
    for entry in entries {
        let entry = entry.map_err(|error| SetupError::File { path: certificates.clone(), error })?;
        if entry.path().is_file() {
            files::copy_private(&entry.path(), &copies.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::Settings;

    #[test]
    fn lls_7_a_backup_removes_what_killed_ones_of_its_name_left_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let data = DataFolder::new(home.path().join("data"));
        files::create_private_folder(data.path()).unwrap();
        files::create_private(&data.database_file(), "").unwrap();
        data.write_settings(&Settings::default()).unwrap();
        let others = [".backup.old.7.unfinished", ".backup.unfinished", ".other.7.unfinished", "backup.7.unfinished"];
        for name in [".backup.7.unfinished", ".backup.4000000000.unfinished"].into_iter().chain(others) {
            fs::create_dir(home.path().join(name)).unwrap();
            fs::write(home.path().join(name).join("key-encryption.key"), "secret").unwrap();
        }
        let made = backup(&data, &home.path().join("backup")).unwrap();
        assert!(made.folder.join("chancery.db").is_file());
        let left = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut left: Vec<_> = left.collect();
        left.sort();
        let mut expected = [&others[..], &["backup", "data"]].concat();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}
