//! `chancery vendor`: the vendor to whom the API key belongs; and further vendors, on an initialised data folder (MAN-1).

use chancery_api_types::management::UpdateVendor;
use chancery_api_types::wire::WireInterval;
use chancery_server::setup::{self, DataFolder};
use chancery_server::{Clock, Randomness};
use clap::{Args, Subcommand};

use super::init::{new_vendor, tell};
use super::managed::Verbs;
use crate::api::{ApiArgs, Reach as _, path};
use crate::session::Session;
use crate::values::interval;
use crate::{Failure, Printer};

/// The vendor, on a server; or further vendors, on its data.
#[derive(Debug, Args)]
pub(crate) struct Vendor {
    #[command(flatten)]
    api: ApiArgs,
    #[command(subcommand)]
    verb: Verb,
}

impl Vendor {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        match self.verb {
            Verb::OnServer(verb) => verb.run(&self.api.session(printer)?).await,
            Verb::Create(create) => create.run(printer, &self.api.server.folder.folder()).await,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    OnServer(OnServer),
    /// Make a further vendor, with an API key in a file beside the data: no server may run on the same SQLite data
    Create(Create),
}

#[derive(Debug, Subcommand)]
pub(crate) enum OnServer {
    /// Show the vendor to whom the API key belongs
    Get,
    /// Change what that vendor decides for itself
    Update {
        /// The oldest request for an offline activation that is answered, such as 30d
        #[arg(long, value_name = "INTERVAL", value_parser = interval)]
        offline_request_age: Option<WireInterval>,
        /// Whether contacts may export entitlements of orders that name them to local servers, and import what comes back
        #[arg(long, value_name = "true|false")]
        contact_exports: Option<bool>,
    },
}

impl Verbs for OnServer {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let path = path(&[&"vendor"])?;
        match self {
            Self::Get => session.show(&path).await,
            Self::Update { offline_request_age, contact_exports } => {
                session.patch(&path, &UpdateVendor { offline_request_age, contact_exports }).await
            }
        }
    }
}

#[derive(Debug, Args)]
struct Create {
    /// The vendor's name
    name: String,
    /// Make it a sandbox: for integration tests, with a clock that can be moved
    #[arg(long)]
    sandbox: bool,
    /// Another PostgreSQL database than the data folder names, as `serve` was given it: postgres://…
    #[arg(long, value_name = "URL", env = "CHANCERY_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Create {
    async fn run(self, printer: &Printer, folder: &DataFolder) -> Result<(), Failure> {
        let new = new_vendor(&self.name, self.sandbox, None)?;
        let system = setup::open(folder, self.database.as_deref(), None).await?;
        let made = setup::create_vendor(folder, &system, new, &Clock::system(), &Randomness::system()).await;
        system.close().await;
        tell(*printer, folder, &made?);
        Ok(())
    }
}
