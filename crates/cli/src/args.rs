//! The command line's first level.

use clap::{Parser, Subcommand};

use crate::command::{init, serve, vendor};
use crate::{Failure, Printer};

/// Issues, enforces and audits software entitlements: online, offline, and in dark sites.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Print JSON, for programs: results on standard output, problems on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a data folder with its first vendor.
    Init(init::Init),
    /// Run the authority.
    Serve(serve::Serve),
    /// Make further vendors.
    #[command(subcommand)]
    Vendor(vendor::Vendor),
}

impl Command {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        match self {
            Self::Init(command) => command.run(printer).await,
            Self::Serve(command) => command.run(printer).await,
            Self::Vendor(command) => command.run(printer).await,
        }
    }
}
