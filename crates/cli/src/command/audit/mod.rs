//! `chancery audit`: who changed what (AUD-1).

mod export;

use chancery_api_types::wire::TimestampText;
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::{Filter, ListArgs};
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the changes that were made
    List(List),
    /// Write the changes that were made into a file
    Export(export::Export),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    list: ListArgs,
}

/// Which changes.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only this action, such as entitlement.renew
    #[arg(long)]
    action: Option<String>,
    /// Only what was done to this: an id
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Only what this one did: the id of an API key or an activation, or `operator`
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// From this instant on
    #[arg(long, value_name = "INSTANT")]
    from: Option<TimestampText>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<TimestampText>,
}

impl FilterArgs {
    fn parameters(self) -> [Filter<'static>; 5] {
        [
            ("action", self.action),
            ("subject", self.subject),
            ("actor", self.actor),
            ("from", self.from.map(|instant| instant.to_string())),
            ("until", self.until.map(|instant| instant.to_string())),
        ]
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(List { filter, list }) => {
                let columns = ["time", "action", "subject", "actor", "address"];
                list.print(session, &path(&[&"audit"])?, &filter.parameters(), &columns).await
            }
            Self::Export(export) => export.run(session).await,
        }
    }
}
