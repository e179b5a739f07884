//! Small files with secrets: written whole or not at all, readable by their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::SetupError;

/// Writes a new file of mode 0600. An existing one is an error: nothing is overwritten here.
pub(super) fn create_private(path: &Path, content: &str) -> Result<(), SetupError> {
    write_new(path, content.as_bytes()).map_err(|error| SetupError::File { path: path.to_owned(), error })
}

/// Copies a file to a new one of mode 0600.
pub(super) fn copy_private(from: &Path, to: &Path) -> Result<(), SetupError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| SetupError::File { path, error }
    };
    let mut source = File::open(from).map_err(failed(from))?;
    write_new(to, b"").map_err(failed(to))?;
    let mut copy = OpenOptions::new().write(true).open(to).map_err(failed(to))?;
    io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(failed(to))
}

/// Makes a folder of mode 0700.
pub(super) fn create_private_folder(path: &Path) -> Result<(), SetupError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| SetupError::File { path: path.to_owned(), error })
}

/// Sees to it that what somebody else wrote to a file is on the disk.
pub(super) fn sync_file(path: &Path) -> Result<(), SetupError> {
    let synced = OpenOptions::new().write(true).open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| SetupError::File { path: path.to_owned(), error })
}

/// Sees to it that the names in a folder are on the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), SetupError> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| SetupError::File { path: path.to_owned(), error })
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    // So that the name is on the disk too.
    File::open(parent(path))?.sync_all()
}

/// The folder that something is in; of a bare name it is the present one.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Reads a file; nothing if there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, SetupError> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SetupError::File { path: path.to_owned(), error }),
    }
}
