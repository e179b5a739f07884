//! Small files with secrets: written whole or not at all, readable by their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::SetupError;

/// Writes a new file of mode 0600. An existing one is an error: nothing is overwritten here.
pub(super) fn create_private(path: &Path, content: &str) -> Result<(), SetupError> {
    write_new(path, content).map_err(|error| SetupError::File { path: path.to_owned(), error })
}

fn write_new(path: &Path, content: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content.as_bytes())?;
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
