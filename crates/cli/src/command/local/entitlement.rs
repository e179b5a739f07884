//! `chancery local entitlement`: what the vendor exported to this server (EXP-3…7).

use clap::Subcommand;

use super::carried;
use crate::api::local_path;
use crate::carried::{GivenToken, Made, OutArgs};
use crate::command::activation;
use crate::command::entitlement::Which;
use crate::command::managed::Verbs;
use crate::dry_run::{self, DryRunArgs};
use crate::listing::ListArgs;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, render};

/// What lists of entitlements show.
const COLUMNS: [&str; 7] = ["id", "sku", "status", "seats", "seatsUsed", "expiry", "delegation.end"];

/// How the ids begin of what people are told of an import. Programs are told all.
const TOLD: [&str; 2] = ["ent_", "cust_"];

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

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Import { token, dry_run } => {
                let path = dry_run.of(&local_path(&[&"entitlement", &"import"])?);
                let reply = carried(session, "local entitlement import", &path, &token).await?;
                let said = if dry_run::is(&reply) { would_be } else { imported };
                session.printer.result(&reply, said);
                Ok(())
            }
            Self::List(list) => list.print(session, &local_path(&[&"entitlements"])?, &[], &COLUMNS).await,
            Self::Get(which) => session.show(&local_path(&[&"entitlement", &which.entitlement])?).await,
            Self::Delete { which, dry_run, out } => delete(session, &which, dry_run, &out).await,
            Self::Activations { which, list } => {
                activation::print(session, list, &below(&which, "activations")?, &[]).await
            }
            Self::Usage(which) => session.show(&below(&which, "usage")?).await,
            Self::Log { which, log } => log.print(session, &below(&which, "activations-log")?).await,
        }
    }
}

fn below(which: &Which, name: &str) -> Result<String, Failure> {
    local_path(&[&"entitlement", &which.entitlement, &name])
}

/// For people: of the entitlement and its customer; the catalog and the order come along.
fn would_be(reply: &Node) -> String {
    dry_run::text_about(reply, &TOLD)
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
        // By which token it is here is said in the first line.
        let told = dry_run::lines_about(reply, &TOLD);
        lines.extend(told.into_iter().filter(|line| !line.starts_with(&format!("{id} hosts: "))));
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
    out.give(session.printer, Made::of(what, reply, "Then the seats are the vendor's again.")?)
}
