//! `cargo xtask bench`: how fast it is, each figure against its reference in the same run.
//!
//! The server runs in a process of its own, the load comes from one thread of this one. On a shared machine only the ratio of a
//! figure to its reference means something: both are measured in turns, and the median of the rounds counts.

mod alone;
mod client;
mod fill;
mod full;
mod job;
mod local;
mod offline;
mod plain_client;
mod postgres;
mod processor;
mod reference;
mod report;
mod rounds;
mod row;
mod server;
mod shop;
mod sqlite;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::Outcome;
use crate::tree::workspace_root;

/// What can go wrong here is told to a developer.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the command line says.
#[derive(Debug, Default)]
struct Options {
    /// Shorter rounds: to see that everything runs.
    quick: bool,
    /// Only rows whose name contains this.
    only: Option<String>,
    /// Where the figures are written as JSON.
    json: Option<PathBuf>,
}

/// Runs the benchmarks, in a release build whatever this one is.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some((first, rest)) = arguments.split_first()
        && first == server::ARGUMENT
    {
        return server::run(rest);
    }
    let options = Options::read(arguments)?;
    if cfg!(debug_assertions) {
        return in_release(arguments);
    }
    row::run_all(&options)?;
    // A benchmark is no test: a figure below its bar is shown, and fails nothing.
    Ok(ExitCode::SUCCESS)
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--only" => options.only = Some(value()?.clone()),
                "--json" => options.json = Some(value()?.into()),
                other => return Err(format!("unexpected argument `{other}`").into()),
            }
        }
        Ok(options)
    }
}

fn in_release(arguments: &[String]) -> Outcome {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet", "--package", "xtask", "--", "bench"]).args(arguments);
    let status = command.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the load, which has one thread: the other core, and what is left of this one, are the server's.
fn block_on<T>(load: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(load)
}

/// A folder on the disk that the workspace is on, empty: temporary folders may be in memory, where nothing is durable.
fn scratch(name: &str) -> Result<PathBuf, Failure> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(workspace_root()?.join("target"), PathBuf::from);
    let folder = target.join("bench").join(format!("{name}-{}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
