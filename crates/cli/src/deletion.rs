//! Deleting and restoring (ENT-10): the options.

use clap::Args;

use crate::Failure;
use crate::api::with_query;
use crate::dry_run::DryRunArgs;
use crate::session::Session;

/// How something is deleted.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DeleteArgs {
    /// Erase it at once, deleted already or not; nothing undoes that. Give its id once more; needs a key with the scope `admin`
    #[arg(long, value_name = "ID")]
    purge: Option<String>,
    #[command(flatten)]
    dry_run: DryRunArgs,
}

impl DeleteArgs {
    /// Deletes what is at this path.
    pub(crate) async fn run(self, session: &Session, path: &str, what: &str) -> Result<(), Failure> {
        let done = match &self.purge {
            Some(_) => format!("Purged the {what}."),
            None => format!("Deleted the {what}; for 30 days `restore` takes it back."),
        };
        let purge = ("purge", self.purge);
        session.delete(&with_query(path, [purge, self.dry_run.parameter()].iter()), done).await
    }
}

/// Which of a list: those that are deleted, or those that are not.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct DeletedArgs {
    /// Those that are deleted, instead of those that are not
    #[arg(long)]
    deleted: bool,
}

impl DeletedArgs {
    /// The parameter of the list's query.
    pub(crate) fn parameter(self) -> (&'static str, Option<String>) {
        ("deleted", self.deleted.then(|| "true".to_owned()))
    }
}
