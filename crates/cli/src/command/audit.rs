//! `chancery audit`: who changed what (AUD-1).

use chancery_api_types::wire::TimestampText;
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the changes that were made
    List(List),
}

#[derive(Debug, Args)]
pub(crate) struct List {
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
    #[command(flatten)]
    list: ListArgs,
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self::List(list) = self;
        let filters = [
            ("action", list.action),
            ("subject", list.subject),
            ("actor", list.actor),
            ("from", list.from.map(|instant| instant.to_string())),
            ("until", list.until.map(|instant| instant.to_string())),
        ];
        list.list
            .print(session, &path(&[&"audit"])?, &filters, &["time", "action", "subject", "actor", "address"])
            .await
    }
}
