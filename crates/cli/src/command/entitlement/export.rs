//! `chancery entitlement export`: hands an entitlement, or a share of it, to a local server (EXP-1, EXP-2).

use chancery_api_types::management::ExportEntitlement;
use chancery_api_types::wire::{GiveBackText, KeyText, LocalServerIdText, WirePeriod, WireQuantity};
use clap::Args;

use super::Which;
use crate::Failure;
use crate::carried::{Made, OutArgs};
use crate::command::side::SideArgs;
use crate::node::Node;
use crate::session::Session;
use crate::values::{amount_pair, period, quantity};

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    which: Which,
    /// The local server: an active one of the same customer
    #[arg(long = "to", value_name = "LOCAL_SERVER")]
    local_server: LocalServerIdText,
    /// How many seats go there [default: all, of an entitlement whose seats nobody uses]
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: Option<WireQuantity>,
    /// How much of a counted feature goes there; can be given several times [default: with all seats all, with a share nothing]
    #[arg(long = "feature", value_name = "KEY=N", value_parser = amount_pair::<KeyText>)]
    features: Vec<(KeyText, WireQuantity)>,
    /// How long the server may serve by one token [default: the entitlement's offline lease period]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    delegation: Option<WirePeriod>,
    /// When a returned share can be used here again: atOnce, whenDelegationEnds [default: atOnce]
    #[arg(long, value_name = "WHEN")]
    give_back: Option<GiveBackText>,
    #[command(flatten)]
    side: SideArgs,
    #[command(flatten)]
    out: OutArgs,
}

impl Export {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = ExportEntitlement {
            local_server_id: self.local_server,
            seats: self.seats,
            features: self.features.into_iter().collect(),
            delegation_period: self.delegation,
            give_back: self.give_back,
        };
        let path = self.side.path(&[&"entitlements", &self.which.entitlement, &"export"])?;
        let reply = session.api.post(&path, &body).await?;
        self.out.give(session.printer, to_server(reply)?)
    }
}

/// What the server answered, as a token to be carried to the local server.
pub(super) fn to_server(reply: Node) -> Result<Made, Failure> {
    let said = |name: &str| reply.get("session").and_then(|session| session.get(name)?.as_str()).unwrap_or_default();
    let what = format!("export of {} to {}", said("entitlementId"), said("localServerId"));
    let next = "Carry it to the local server: `chancery local entitlement import` takes it, and its page. Nobody else can open it.";
    Made::of(what, reply, next)
}
