//! `chancery vendor create`: makes a further vendor on an initialised data folder (MAN-1).

use chancery_server::setup;
use chancery_server::{Clock, Randomness};
use clap::{Args, Subcommand};

use super::init::{new_vendor, tell};
use crate::folder::FolderArgs;
use crate::{Failure, Printer};

/// Make further vendors. The server must not run on the same SQLite data.
#[derive(Debug, Subcommand)]
pub(crate) enum Vendor {
    /// Make a vendor, with an API key in a file beside the data.
    Create(Create),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The vendor's name
    name: String,
    /// Make it a sandbox: for integration tests, with a clock that can be moved
    #[arg(long)]
    sandbox: bool,
    /// Another PostgreSQL database than the data folder names, as `serve` was given it: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    folder: FolderArgs,
}

impl Vendor {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        let Self::Create(command) = self;
        let folder = command.folder.folder();
        let new = new_vendor(&command.name, command.sandbox, None)?;
        let system = setup::open(&folder, command.database.as_deref(), None).await?;
        let made = setup::create_vendor(&folder, &system, new, &Clock::system(), &Randomness::system()).await;
        system.close().await;
        tell(*printer, &folder, &made?);
        Ok(())
    }
}
