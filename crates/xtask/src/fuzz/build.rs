//! The targets, built with coverage, and the folders that they use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Failure;
use crate::metadata::host;

/// What `cargo fuzz` passes on nightly, without its sanitizers: counters for each edge, and what is compared with what.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Targets that were built.
#[derive(Debug)]
pub(super) struct Built {
    /// The repository.
    pub(super) root: PathBuf,
    /// Where everything lies that is not kept.
    pub(super) folder: PathBuf,
    programs: PathBuf,
}

impl Built {
    /// Builds targets.
    pub(super) fn make(root: &Path, targets: &[&str]) -> Result<Self, Failure> {
        let folder = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from).join("fuzz");
        let host = host(root)?;
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["build", "--release", "--locked", "--target", &host, "--target-dir"]).arg(&folder);
        command.args(targets.iter().flat_map(|target| ["--bin", target])).current_dir(root.join("fuzz"));
        // With --target, so that what runs while building is not instrumented.
        if !command.env("RUSTFLAGS", COVERAGE).status()?.success() {
            return Err("the targets cannot be built".into());
        }
        Ok(Self { root: root.to_owned(), programs: folder.join(host).join("release"), folder })
    }

    pub(super) fn program(&self, target: &str) -> PathBuf {
        self.programs.join(target)
    }

    pub(super) fn log(&self, target: &str) -> PathBuf {
        self.folder.join(format!("{target}.log"))
    }

    /// Whatever was new to the fuzzer, of all runs.
    pub(super) fn work(&self, target: &str) -> Result<PathBuf, Failure> {
        made(self.folder.join("corpus").join(target))
    }

    /// What broke a decoder.
    pub(super) fn found(&self, target: &str) -> Result<PathBuf, Failure> {
        made(self.folder.join("found").join(target))
    }

    /// What is made from the vectors.
    pub(super) fn seeds(&self, target: &str) -> Result<PathBuf, Failure> {
        made(self.folder.join("seeds").join(target))
    }

    /// The repository's corpus.
    pub(super) fn kept(&self, target: &str) -> Result<PathBuf, Failure> {
        made(self.root.join("fuzz/corpus").join(target))
    }
}

fn made(folder: PathBuf) -> Result<PathBuf, Failure> {
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
