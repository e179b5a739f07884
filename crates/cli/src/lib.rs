//! The command line: one file per command.
//!
//! A command is a struct of its arguments and a `run` that does it. What it has to say goes through a `Printer`; what went
//! wrong is a `Failure`, with a hint where there is one.

mod api;
mod args;
mod bundle;
mod carried;
mod codes;
mod command;
mod deletion;
mod dry_run;
mod failure;
mod file;
mod folder;
mod listing;
mod logging;
mod node;
mod part;
mod printer;
mod progress;
mod reference;
mod render;
mod secret;
mod session;
mod signals;
mod traffic;
mod usage;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub(crate) use failure::Failure;
pub(crate) use printer::Printer;
pub use reference::reference;

/// The whole command line, for generated references.
#[must_use]
pub fn command_line() -> clap::Command {
    args::Arguments::command()
}

/// Reads the command line and does what it says. 0: done; 1: refused or failed; 2: wrong usage.
#[must_use]
pub fn run() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let arguments = match args::Arguments::try_parse_from(&words) {
        Ok(arguments) => arguments,
        Err(error) => return usage::stop(&error, &words),
    };
    let printer = Printer::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return printer.fail(&Failure::internal(error.to_string())),
    };
    match runtime.block_on(arguments.command.run(&printer)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => printer.fail(&failure),
    }
}
