//! `chancery local entitlement`: what the vendor exported to this server (EXP-3…7).

use chancery_api_types::wire::EntitlementIdText;
use clap::{Args, Subcommand};

use super::carried;
use crate::api::local_path;
use crate::carried::{GivenToken, Made, OutArgs};
use crate::command::activation;
use crate::command::managed::Verbs;
use crate::dry_run::{self, DryRunArgs};
use crate::listing::ListArgs;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, render};

/// What lists of entitlements show.
const COLUMNS: [&str; 7] = ["id", "sku", "status", "seats", "seatsUsed", "expiry", "delegation.end"];

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Import what the vendor exported: an entitlement, or its newer state
    Import {
        #[command(flatten)]
        token: GivenToken,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
    /// List the entitlements
    List(ListArgs),
    /// Show an entitlement
    Get(Which),
    /// Delete an entitlement with its activations, and make the token that gives it back to the vendor; again: the same token
    Delete {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        dry_run: DryRunArgs,
        #[command(flatten)]
        out: OutArgs,
    },
    /// List the activations that hold its seats
    Activations {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show how many of its seats were in use, hour by hour, and how many claims were denied
    Usage(Which),
    /// List what happened to its seats, denials among it
    #[command(alias = "activation-log")]
    Log {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        log: activation::LogArgs,
    },
}

/// An entitlement.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id
    entitlement: EntitlementIdText,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        local_path(&[&"entitlement", &self.entitlement])
    }

    fn below(&self, name: &str) -> Result<String, Failure> {
        local_path(&[&"entitlement", &self.entitlement, &name])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Import { token, dry_run } => {
                let path = dry_run.of(&local_path(&[&"entitlement", &"import"])?);
                let reply: Node = session.api.post(&path, &carried(&token)?).await?;
                if dry_run::is(&reply) {
                    return session.print(&reply);
                }
                session.printer.result(&reply, imported);
                Ok(())
            }
            Self::List(list) => list.print(session, &local_path(&[&"entitlements"])?, &[], &COLUMNS).await,
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Delete { which, dry_run, out } => delete(session, &which, dry_run, &out).await,
            Self::Activations { which, list } => {
                list.print(session, &which.below("activations")?, &[], &activation::COLUMNS).await
            }
            Self::Usage(which) => session.show(&which.below("usage")?).await,
            Self::Log { which, log } => log.print(session, &which.below("activations-log")?).await,
        }
    }
}

/// For people: what is here now; and of what was here before, what changed, and who lost a seat.
fn imported(reply: &Node) -> String {
    let said =
        |node: Option<&Node>, name: &str| node.and_then(|node| render::short(node.get(name)?)).unwrap_or_default();
    let entitlement = reply.get("entitlement");
    let delegation = entitlement.and_then(|entitlement| entitlement.get("delegation"));
    let end = match said(delegation, "end") {
        end if end == "-" => "without end".to_owned(),
        end => format!("until {end}"),
    };
    let [id, sku, seats, status] = ["id", "sku", "seats", "status"].map(|name| said(entitlement, name));
    let mut lines = vec![format!("Imported {id} ({sku}): {seats} seats, {status}, delegated to this server {end}.")];
    if reply.get("created") != Some(&Node::Bool(true)) {
        lines.extend(dry_run::lines(reply));
    }
    if reply.get("issueDateRanBack") == Some(&Node::Bool(true)) {
        lines.push(
            "Warning: it says that it was made before the token that it follows: the vendor's clock was wrong."
                .to_owned(),
        );
    }
    lines.join("\n")
}

async fn delete(session: &Session, which: &Which, dry_run: DryRunArgs, out: &OutArgs) -> Result<(), Failure> {
    let path = local_path(&[&"entitlements", &which.entitlement])?;
    let reply: Option<Node> = session.api.delete(&dry_run.of(&path), None::<&()>).await?;
    let reply = reply.unwrap_or(Node::Null);
    if dry_run::is(&reply) {
        return session.print(&reply);
    }
    let what = format!("confirmation that {} is deleted", which.entitlement);
    let next =
        "Carry it to the vendor: `chancery entitlement import` takes it there, and the seats are the vendor's again.";
    out.give(session.printer, Made::of(what, reply, next)?)
}
