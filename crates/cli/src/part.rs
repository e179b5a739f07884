//! Files that are there whole, or not at all: until the end they have another name.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chancery_api_types::Code;

use crate::Failure;

/// A file in the making; `-` is standard output. Dropped before its end, it is gone.
#[derive(Debug)]
pub(crate) struct PartFile {
    path: PathBuf,
    part: Option<PathBuf>,
    file: Option<File>,
}

impl PartFile {
    /// Begins a file, in the folder where it is to be.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Ok(Self { path: path.to_owned(), part: None, file: None });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = File::create(&part).map_err(|error| failed(path, &error))?;
        Ok(Self { path: path.to_owned(), part: Some(part), file: Some(file) })
    }

    /// Whether it is standard output, on which nothing else may then be said.
    pub(crate) const fn is_standard_output(&self) -> bool {
        self.file.is_none()
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => io::stdout().write_all(bytes),
        };
        written.map_err(|error| failed(&self.path, &error))
    }

    /// Gives the file its name, in the place of one that was there.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let done = match (&mut self.file, &self.part) {
            (Some(file), Some(part)) => file.sync_all().and_then(|()| std::fs::rename(part, &self.path)),
            _ => io::stdout().flush(),
        };
        done.map_err(|error| failed(&self.path, &error))?;
        self.part = None;
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = std::fs::remove_file(part);
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::File, format!("cannot write {}: {error}", path.display()))
}
