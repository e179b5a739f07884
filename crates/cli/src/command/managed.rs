//! What all management commands have in common: the server's options before the verb, or after it.

use clap::{Args, Subcommand};

use crate::api::{ApiArgs, Reach};
use crate::session::Session;
use crate::{Failure, Printer};

/// The verbs of a noun.
pub(crate) trait Verbs: Subcommand {
    /// Does what the verb says.
    async fn run(self, session: &Session) -> Result<(), Failure>;
}

/// A noun of the management API, or of another one that `A` reaches, with its verbs.
#[derive(Debug, Args)]
pub(crate) struct Managed<V: Subcommand, A: Reach = ApiArgs> {
    #[command(flatten)]
    api: A,
    #[command(subcommand)]
    verb: V,
}

impl<V: Verbs, A: Reach> Managed<V, A> {
    pub(crate) async fn run(self, printer: &Printer) -> Result<(), Failure> {
        self.verb.run(&self.api.session(printer)?).await
    }
}
