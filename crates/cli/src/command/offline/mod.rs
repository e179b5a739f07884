//! `chancery offline`: the vendor's side of carried tokens (OFF-4, OFF-6, OFF-9), over the management API or a contact's.

mod activate;
mod deactivate;
mod refresh;

use chancery_client::Secret;
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::{path, portal_path};
use crate::carried::Made;
use crate::node::Node;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Answer a request: take a seat for the device, and make the token that it waits for
    Activate(activate::Activate),
    /// Make a token that extends an offline activation, also one whose lease has ended
    Refresh(refresh::Refresh),
    /// Take a device's deactivation token: its seat is free
    Deactivate(deactivate::Deactivate),
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Activate(activate) => activate.run(session).await,
            Self::Refresh(refresh) => refresh.run(session).await,
            Self::Deactivate(deactivate) => deactivate.run(session).await,
        }
    }
}

/// Which API is asked.
#[derive(Clone, Copy, Debug, Args)]
struct SideArgs {
    /// Ask the portal's API: the key is a contact's, who may do it for the orders that name the contact
    #[arg(long)]
    portal: bool,
}

impl SideArgs {
    fn path(self, verb: &str) -> Result<String, Failure> {
        let segments: [&dyn std::fmt::Display; 2] = [&"offline", &verb];
        if self.portal { portal_path(&segments) } else { path(&segments) }
    }
}

/// What a server answered, as a token to be carried to the device.
fn to_device(kind: &str, reply: Node) -> Result<Made, Failure> {
    let text = |node: Option<&Node>, name: &str| node.and_then(|node| node.get(name)?.as_str().map(str::to_owned));
    let activation = reply.get("activation");
    let seat = text(activation, "seatId").map(|seat| format!(" for seat {seat}")).unwrap_or_default();
    let token = text(Some(&reply), "token");
    let Node::Object(mut facts) = reply else { return Err(no_token()) };
    facts.retain(|(name, _)| name != "token");
    Ok(Made {
        what: format!("offline {kind}{seat}"),
        token: token.ok_or_else(no_token)?,
        facts,
        next: "Carry it to the device: `chancery client … offline apply` takes it, and the product itself. Nobody else can open it.",
    })
}

fn no_token() -> Failure {
    Failure::new(chancery_api_types::Code::ReplyNotUnderstood, "the reply has no token")
}

/// A token that is sent.
fn secret(token: String) -> Secret {
    Secret(token)
}
