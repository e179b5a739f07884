//! `chancery entitlement import`: takes back what a local server had, by its token (EXP-7) or without one (LLS-4).

use chancery_api_types::management::ImportEntitlement;
use chancery_api_types::wire::{LocalServerIdText, ReasonText};
use clap::Args;

use super::Which;
use crate::Failure;
use crate::api::with_query;
use crate::carried::{Carried, OptionalToken};
use crate::command::side::SideArgs;
use crate::dry_run::{self, DryRunArgs};
use crate::node::Node;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    token: OptionalToken,
    /// End the session without a token, because there will never be one; needs --reason
    #[arg(long, requires = "reason", conflicts_with_all = ["given", "portal"])]
    without_token: bool,
    /// Without a token: of which local server; needed where several have shares
    #[arg(long, value_name = "LOCAL_SERVER", requires = "without_token")]
    from: Option<LocalServerIdText>,
    /// Without a token: why; kept in the audit
    #[arg(long, requires = "without_token")]
    reason: Option<ReasonText>,
    /// Without a token: free the share at once, although its seats may still be used there, instead of holding it
    #[arg(long, requires = "without_token")]
    free: bool,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    dry_run: DryRunArgs,
}

impl Import {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let token = self.token.read()?;
        if token.is_none() && !self.without_token {
            return Err(Failure::usage("give the token that the local server made, or --without-token with --reason"));
        }
        let body = ImportEntitlement {
            token: token.as_ref().map(Carried::secret),
            without_token: self.without_token,
            local_server_id: self.from,
            reason: self.reason,
        };
        let path = self.side.path(&[&"entitlements", &self.which.entitlement, &"import"])?;
        let free = ("free", self.free.then(|| "true".to_owned()));
        let reply = session.api.post(&with_query(&path, [free, self.dry_run.parameter()].iter()), &body).await;
        let reply: Node = match token {
            Some(token) => token.judged("entitlement import", reply)?,
            None => reply?,
        };
        session.print_loss(&reply)?;
        if !dry_run::is(&reply) {
            session.printer.note(outcome(&reply));
        }
        Ok(())
    }
}

fn outcome(reply: &Node) -> &'static str {
    let held = reply.get("session").and_then(|session| session.get("seatsHeld")).and_then(Node::as_u64).unwrap_or(0);
    match (reply.get("alreadyDone") == Some(&Node::Bool(true)), held) {
        (true, _) => "The session had ended already.",
        (false, 0) => "The session has ended: its share can be used here again.",
        (false, _) => "The session has ended: what may still run there is held until it ends.",
    }
}
