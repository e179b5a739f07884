//! Where a data folder is made: beside its place, to be moved there as a whole, so that an `init` that is cut off leaves
//! nothing in the way; or, in a folder that is there already (a container's volume), where it stands.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{DataFolder, SetupError, files, swap};

/// What `init` makes in a folder, but for the settings that come last.
const MADE: [&str; 7] = [
    "admin.key",
    "chancery.db",
    "chancery.db-journal",
    "chancery.db-shm",
    "chancery.db-wal",
    "chancery.lock",
    "key-encryption.key",
];
/// What may be in a folder before: the root of a disk has the one, and the other was put there to be used (CERT-1).
const WELCOME: [&str; 2] = ["lost+found", "certificates"];

/// Where a data folder is made.
pub(super) struct Site {
    target: PathBuf,
    work: DataFolder,
}

impl Site {
    /// Finds or makes a folder to work in.
    pub(super) fn open(target: &DataFolder) -> Result<Self, SetupError> {
        let target = target.path();
        match fs::read_dir(target) {
            Ok(entries) => {
                check(target, entries)?;
                make_private(target).map_err(|error| unusable(target, error))?;
                Ok(Self { target: target.to_owned(), work: DataFolder::new(target.to_owned()) })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let work = beside(target);
                make(&work).map_err(|error| unusable(target, error))?;
                Ok(Self { target: target.to_owned(), work: DataFolder::new(work) })
            }
            Err(error) => Err(unusable(target, error)),
        }
    }

    /// The folder to work in.
    pub(super) const fn work(&self) -> &DataFolder {
        &self.work
    }

    /// Puts what was made in its place.
    pub(super) fn finish(self) -> Result<(), SetupError> {
        if self.work.path() == self.target {
            return Ok(());
        }
        let moved = fs::rename(self.work.path(), &self.target);
        moved
            .and_then(|()| File::open(files::parent(&self.target))?.sync_all())
            .map_err(|error| unusable(&self.target, error))
    }

    /// Removes what was made. What cannot be removed is named by the next `init`.
    pub(super) fn abandon(self) {
        let work = self.work.path();
        if work == self.target {
            MADE.iter().for_each(|file| drop(fs::remove_file(work.join(file))));
        } else {
            drop(fs::remove_dir_all(work));
        }
    }
}

/// Refuses a folder with anything in it that `init` did not make: it is somebody's.
fn check(folder: &Path, entries: fs::ReadDir) -> Result<(), SetupError> {
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| unusable(folder, error))?.file_name().to_string_lossy().into_owned();
        match name.as_str() {
            name if WELCOME.contains(&name) => {}
            name if MADE.contains(&name) => files.push(name.to_owned()),
            _ => return Err(SetupError::NotEmpty(folder.to_owned())),
        }
    }
    files.sort();
    if files.is_empty() { Ok(()) } else { Err(SetupError::Unfinished { path: folder.to_owned(), files }) }
}

/// Refuses a folder with anything in it that is not of a data folder; makes one that is not there.
pub(super) fn check_known(folder: &Path) -> Result<(), SetupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return make(folder).map_err(|error| unusable(folder, error));
        }
        Err(error) => return Err(unusable(folder, error)),
    };
    for entry in entries {
        let name = entry.map_err(|error| unusable(folder, error))?.file_name().to_string_lossy().into_owned();
        let of_restore = name == swap::WORK || name.starts_with(swap::REPLACED);
        let known = [&MADE[..], &WELCOME[..], &["chancery.toml"]].concat().contains(&name.as_str());
        // Of an initialised folder all is its own.
        if !known && !of_restore && !folder.join("chancery.toml").exists() {
            return Err(SetupError::NotEmpty(folder.to_owned()));
        }
    }
    Ok(())
}

/// A folder beside, of this process alone.
pub(super) fn beside(target: &Path) -> PathBuf {
    let (before, after) = around(target);
    files::parent(target).join(format!("{before}{}{after}", std::process::id()))
}

/// Removes the folders beside that others of this target's left when they were killed: secrets are in them. Of two that work at once, it
/// ends the first; only one could succeed anyway. What cannot be removed stays.
pub(super) fn sweep(target: &Path) {
    let (before, after) = around(target);
    let is_left = |name: &str| {
        let process = name.strip_prefix(&before).and_then(|name| name.strip_suffix(after));
        process.is_some_and(|process| process.parse::<u32>().is_ok())
    };
    for entry in fs::read_dir(files::parent(target)).into_iter().flatten().flatten() {
        if is_left(&entry.file_name().to_string_lossy()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// What stands before and after the process's id in the name of a folder beside.
fn around(target: &Path) -> (String, &'static str) {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    (format!(".{name}."), ".unfinished")
}

pub(super) fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(files::parent(folder))?;
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn make_private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

fn unusable(path: &Path, error: io::Error) -> SetupError {
    SetupError::File { path: path.to_owned(), error }
}
