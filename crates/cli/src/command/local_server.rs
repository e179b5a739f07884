//! `chancery local-server`: the vendor's side of local servers (LLS-2, LLS-4, EXP-10). The server itself is `chancery local`.

use chancery_api_types::management::{DeclareLocalServerLost, RebindLocalServer, ReportLocalServer};
use chancery_api_types::wire::{CustomerRef, LocalServerIdText, MachineText, ReasonText, Secret};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use super::side::SideArgs;
use crate::Failure;
use crate::api::{path, with_query};
use crate::carried::{GivenToken, Made, OutArgs};
use crate::dry_run::DryRunArgs;
use crate::listing::ListArgs;
use crate::node::Node;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the local servers
    List {
        /// Only this customer's, by its id or ref
        #[arg(long)]
        customer: Option<CustomerRef>,
        #[command(flatten)]
        side: SideArgs,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show a local server
    Get {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        side: SideArgs,
    },
    /// Declare a local server lost: what it hosted is held until its delegations end
    DeclareLost {
        #[command(flatten)]
        which: Which,
        /// Why: kept in the audit
        #[arg(long)]
        reason: ReasonText,
        /// Free what it hosted at once, although its seats may still be used there
        #[arg(long)]
        free: bool,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
    /// Make a token that lets a local server run on another machine, because its own is dead
    Rebind {
        #[command(flatten)]
        which: Which,
        /// The new machine, as `chancery local identity` shows it there
        #[arg(long, value_name = "IDENTITY")]
        machine: MachineText,
        #[command(flatten)]
        out: OutArgs,
    },
    /// Take a usage report that was carried here from a local server
    Report {
        #[command(flatten)]
        token: GivenToken,
        #[command(flatten)]
        side: SideArgs,
    },
}

/// A local server.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id
    local_server: LocalServerIdText,
}

impl Which {
    fn below(&self, name: &str) -> Result<String, Failure> {
        path(&[&"local-servers", &self.local_server, &name])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List { customer, side, list } => {
                let filters = [("customerId", customer.map(|which| which.to_string()))];
                let columns = ["id", "name", "customerId", "active", "leaseExpiry", "lost", "lastReport"];
                list.print(session, &side.path(&[&"local-servers"])?, &filters, &columns).await
            }
            Self::Get { which, side } => session.show(&side.path(&[&"local-servers", &which.local_server])?).await,
            Self::DeclareLost { which, reason, free, dry_run } => {
                let free = ("free", free.then(|| "true".to_owned()));
                let path = with_query(&which.below("declare-lost")?, [free, dry_run.parameter()].iter());
                session.post(&path, &DeclareLocalServerLost { reason }).await
            }
            Self::Rebind { which, machine, out } => {
                let reply: Node = session.api.post(&which.below("rebind")?, &RebindLocalServer { machine }).await?;
                let what = format!("rebinding of {}", which.local_server);
                let next = "Carry it to the local server's new machine: `chancery local rebind` takes it.";
                out.give(session.printer, Made::of(what, reply, next)?)
            }
            Self::Report { token, side } => report(session, &token, side).await,
        }
    }
}

async fn report(session: &Session, token: &GivenToken, side: SideArgs) -> Result<(), Failure> {
    let body = ReportLocalServer { token: Secret(token.read()?) };
    let reply: Node = session.api.post(&side.path(&[&"local-servers", &"reports"])?, &body).await?;
    let again = reply.get("alreadyDone") == Some(&Node::Bool(true));
    session.print(&reply)?;
    if again {
        session.printer.note("This report, or a newer one, was taken before: nothing was changed.");
    }
    Ok(())
}
