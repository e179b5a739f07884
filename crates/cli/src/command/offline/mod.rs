//! `chancery offline`: the vendor's side of carried tokens (OFF-4, OFF-6, OFF-9), over the management API or a contact's.

mod activate;
mod deactivate;
mod refresh;

use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
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

/// What a server answered, as a token to be carried to the device, which may be a local server (LLS-2).
fn to_device(kind: &str, reply: Node) -> Result<Made, Failure> {
    let seat = reply.get("activation").and_then(|activation| activation.get("seatId")?.as_str());
    let seat = seat.map(|seat| format!(" for seat {seat}")).unwrap_or_default();
    Made::of(format!("offline {kind}{seat}"), reply, "Nobody else can open it.")
}
