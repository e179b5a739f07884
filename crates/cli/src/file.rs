//! Files that people name on the command line.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use chancery_api_types::Code;
use serde_json::json;

use crate::{Failure, Printer};

/// Reads a text.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(Code::File, format!("cannot read {}: {error}", path.display())))
}

/// Reads a text; `-` is standard input.
pub(crate) fn read_or_standard_input(path: &Path) -> Result<String, Failure> {
    if path.as_os_str() != "-" {
        return read(path);
    }
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map(|_| text).map_err(|error| Failure::new(Code::File, format!("cannot read standard input: {error}")))
}

/// Writes a text, and says so; `-` is standard output, on which there is then nothing else.
pub(crate) fn write(printer: Printer, path: &Path, text: &str, what: &str) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        printer.text(text);
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| Failure::new(Code::File, format!("cannot write {}: {error}", path.display())))?;
    printer.result(&json!({ "file": path }), |_| format!("{what} is in {}.", path.display()));
    Ok(())
}

/// Makes a folder, with those above it, for its owner alone. One that is there stays as it is.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a new file that its owner alone can read, and waits until it is on the disk. One that is there is an error.
pub(crate) fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Writes a file that its owner alone can read.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
