//! Files with secrets: readable by their owner alone from the beginning, and never half written.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::TlsError;

pub(super) fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error| TlsError::File { path: path.to_owned(), error })
}

pub(super) fn write_private(path: &Path, content: &str) -> Result<(), TlsError> {
    let beside = path.with_extension("new");
    write(&beside, content)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| TlsError::File { path: path.to_owned(), error })
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}
