//! `chancery local-server`: the vendor's side of local servers (LLS-2, LLS-4, EXP-10). The server itself is `chancery local`.

use chancery_api_types::management::{DeclareLocalServerLost, RebindLocalServer, ReportLocalServer};
use chancery_api_types::wire::{CustomerRef, LocalServerIdText, MachineText, ReasonText};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use super::side::SideArgs;
use crate::api::{path, with_query};
use crate::carried::{GivenToken, Made, OutArgs};
use crate::dry_run::DryRunArgs;
use crate::listing::ListArgs;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, render};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the local servers
    List {
        /// Only this customer's, by its id or ref
        #[arg(long)]
        customer: Option<CustomerRef>,
        #[command(flatten)]
        side: SideArgs,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show a local server
    Get {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        side: SideArgs,
    },
    /// Declare a local server lost: what it hosted is held until its delegations end
    DeclareLost {
        #[command(flatten)]
        which: Which,
        /// Why: kept in the audit
        #[arg(long)]
        reason: ReasonText,
        /// Free what it hosted at once, although its seats may still be used there
        #[arg(long)]
        free: bool,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
    /// Make a token that lets a local server run on another machine, because its own is dead
    Rebind {
        #[command(flatten)]
        which: Which,
        /// The new machine, as `chancery local identity` shows it there
        #[arg(long, value_name = "IDENTITY")]
        machine: MachineText,
        #[command(flatten)]
        out: OutArgs,
    },
    /// Take a usage report that was carried here from a local server
    Report {
        #[command(flatten)]
        token: GivenToken,
        #[command(flatten)]
        side: SideArgs,
    },
}

/// What a report shows of each session.
const SESSION_COLUMNS: [&str; 8] =
    ["entitlementId", "seats", "seatsHeld", "usage.seatsUsed", "seq", "acknowledgedSeq", "outOfSync", "delegationEnd"];

/// A local server.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id
    local_server: LocalServerIdText,
}

impl Which {
    fn below(&self, name: &str) -> Result<String, Failure> {
        path(&[&"local-servers", &self.local_server, &name])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List { customer, side, list } => {
                let filters = [("customerId", customer.map(|which| which.to_string()))];
                let columns = ["id", "name", "customerId", "active", "leaseExpiry", "lost", "lastReport"];
                list.print(session, &side.path(&[&"local-servers"])?, &filters, &columns).await
            }
            Self::Get { which, side } => session.show(&side.path(&[&"local-servers", &which.local_server])?).await,
            Self::DeclareLost { which, reason, free, dry_run } => {
                let free = ("free", free.then(|| "true".to_owned()));
                let path = with_query(&which.below("declare-lost")?, [free, dry_run.parameter()].iter());
                session.print_loss(&session.api.post(&path, &DeclareLocalServerLost { reason }).await?)
            }
            Self::Rebind { which, machine, out } => {
                let reply: Node = session.api.post(&which.below("rebind")?, &RebindLocalServer { machine }).await?;
                let what = format!("rebinding of {}", which.local_server);
                out.give(session.printer, Made::of(what, reply, "")?)
            }
            Self::Report { token, side } => report(session, &token, side).await,
        }
    }
}

async fn report(session: &Session, token: &GivenToken, side: SideArgs) -> Result<(), Failure> {
    let token = token.read()?;
    let (path, body) = (side.path(&[&"local-servers", &"reports"])?, ReportLocalServer { token: token.secret() });
    let reply: Node = token.judged("local-server report", session.api.post(&path, &body).await)?;
    let again = reply.get("alreadyDone") == Some(&Node::Bool(true));
    session.printer.result(&reply, reported);
    if again {
        session.printer.note("This very report was taken before: nothing was changed.");
    }
    Ok(())
}

/// For people: which server it is, and where each session stands. Programs are told all.
fn reported(reply: &Node) -> String {
    let said = |name: &str| reply.get("localServer").and_then(|server| render::short(server.get(name)?));
    let said = |name: &str| said(name).unwrap_or_default();
    let mut lines = vec![format!("{} ({}) was heard of last at {}.", said("id"), said("name"), said("lastReport"))];
    let sessions = reply.get("sessions").map(Node::items).unwrap_or_default();
    if !sessions.is_empty() {
        lines.push(render::table(sessions, &SESSION_COLUMNS));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_6_a_report_reads_as_a_line_for_each_session() {
        let reply = r#"{"localServer":{"id":"srv_1","name":"dark-1","lastReport":"2026-05-05T00:00:00Z","logHash":"AAAA"},
            "sessions":[{"id":"exs_1","entitlementId":"ent_1","seats":5,"seatsHeld":8,"usage":{"seatsUsed":3,"denials":0},
                         "seq":2,"acknowledgedSeq":1,"outOfSync":true,"delegationEnd":null}],"alreadyDone":false}"#;
        let text = reported(&serde_json::from_str(reply).unwrap());
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(text.lines().next(), Some("srv_1 (dark-1) was heard of last at 2026-05-05T00:00:00Z."));
        assert_eq!(words[1], SESSION_COLUMNS);
        assert_eq!(words[2], ["ent_1", "5", "8", "3", "2", "1", "yes", "-"]);
    }
}
