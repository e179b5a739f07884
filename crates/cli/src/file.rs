//! Files that people name on the command line.

use std::path::Path;

use serde_json::json;

use crate::{Failure, Printer};

/// Reads a text.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new("file", format!("cannot read {}: {error}", path.display())))
}

/// Writes a text, and says so; `-` is standard output, on which there is then nothing else.
pub(crate) fn write(printer: Printer, path: &Path, text: &str, what: &str) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        printer.text(text);
        return Ok(());
    }
    std::fs::write(path, text)
        .map_err(|error| Failure::new("file", format!("cannot write {}: {error}", path.display())))?;
    printer.result(&json!({ "file": path }), |_| format!("{what} is in {}.", path.display()));
    Ok(())
}
