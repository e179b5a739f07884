//! `chancery local`: the server that a customer runs where the internet does not reach.

mod backup;
mod entitlement;
mod init;
mod license;
mod machine;
mod reach;
mod report;
mod serve;

use chancery_api_types::local::ApplyLocalToken;
use clap::Subcommand;

use self::reach::LocalArgs;
use super::managed::Managed;
use crate::carried::GivenToken;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, Printer};

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "one is made in the life of the program")]
pub(crate) enum Local {
    /// Make a local server's data folder, by a vendor's trust bundle
    Init(init::Init),
    /// Run the local server
    Serve(serve::Serve),
    /// The local server's own license: tokens go to the vendor, and come back
    License(Managed<license::Verb, LocalArgs>),
    /// Entitlements that the vendor exported to this server
    Entitlement(Managed<entitlement::Verb, LocalArgs>),
    /// Make a usage report, to be carried to the vendor
    Report(report::Report),
    /// Confirm that the data were set back to a backup: new seats are given again
    ConfirmRestore(report::ConfirmRestore),
    /// Take a newer trust bundle of the same vendor: new keys, or keys that were taken back
    UpdateTrust(report::UpdateTrust),
    /// Show this machine's code, to which data can be moved or rebound; no data are needed
    Identity(machine::Identity),
    /// Show to which machine the data are bound, and on which the server runs
    Machine(machine::Machine),
    /// Let another machine have this server's data: on this one it serves no more
    Move(machine::Move),
    /// Take the vendor's word that the data belong to this machine now: the one before is dead
    Rebind(machine::Rebind),
    /// Make a backup of the data folder, while the server runs
    Backup(backup::Backup),
    /// Put a backup in the place of the data, while no server runs; what is there is kept beside
    Restore(backup::Restore),
}

impl Local {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        match self {
            Self::Init(command) => command.run(printer).await,
            Self::Serve(command) => command.run(printer).await,
            Self::License(command) => command.run(printer).await,
            Self::Entitlement(command) => command.run(printer).await,
            Self::Report(command) => command.run(printer).await,
            Self::ConfirmRestore(command) => command.run(printer).await,
            Self::Move(command) => command.run(printer).await,
            Self::Rebind(command) => command.run(printer).await,
            Self::UpdateTrust(command) => command.run(printer).await,
            Self::Identity(command) => command.run(printer),
            Self::Machine(command) => command.run(printer).await,
            Self::Backup(command) => command.run(printer).await,
            Self::Restore(command) => command.run(printer).await,
        }
    }
}

/// Gives the server a token that was carried here, as the command that `takes` it.
async fn carried(session: &Session, takes: &str, path: &str, token: &GivenToken) -> Result<Node, Failure> {
    let token = token.read()?;
    token.judged(takes, session.api.post(path, &ApplyLocalToken { token: token.secret() }).await)
}
