//! `chancery offline deactivate`: frees the seat of a device that gave it up (OFF-9).

use chancery_api_types::offline::DeactivateOffline;
use clap::Args;

use crate::Failure;
use crate::carried::GivenToken;
use crate::command::side::SideArgs;
use crate::node::Node;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Deactivate {
    #[command(flatten)]
    token: GivenToken,
    #[command(flatten)]
    side: SideArgs,
}

impl Deactivate {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let token = self.token.read()?;
        let (path, body) = (self.side.path(&[&"offline", &"deactivate"])?, DeactivateOffline { token: token.secret() });
        let reply: Node = token.judged("offline deactivate", session.api.post(&path, &body).await)?;
        let again = reply.get("alreadyDone") == Some(&Node::Bool(true));
        session.print(&reply)?;
        session.printer.note(if again { "Its seat was free already." } else { "Its seat is free." });
        Ok(())
    }
}
