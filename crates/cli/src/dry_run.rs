//! Dry runs of commands that take something away (MAN-3): the options, and how the reply reads.

use clap::Args;

use crate::api::with_query;
use crate::node::Node;

/// A dry run, or not.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct DryRunArgs {
    /// Say what would change and who would lose a seat, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl DryRunArgs {
    /// The path with what was asked for.
    pub(crate) fn of(self, path: &str) -> String {
        with_query(path, [self.parameter()].iter())
    }

    /// The parameter, where there are others.
    pub(crate) fn parameter(self) -> (&'static str, Option<String>) {
        ("dryRun", self.dry_run.then(|| "true".to_owned()))
    }
}

/// By force, or not.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ForceArgs {
    /// Take seats that are in use: whose lease still runs is released, and the seat is held until the lease ends
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    dry_run: DryRunArgs,
}

impl ForceArgs {
    /// The path with what was asked for.
    pub(crate) fn of(self, path: &str) -> String {
        let force = ("force", self.force.then(|| "true".to_owned()));
        with_query(path, [force, self.dry_run.parameter()].iter())
    }
}

/// Whether a reply says what would be done.
pub(crate) fn is(reply: &Node) -> bool {
    reply.get("dryRun") == Some(&Node::Bool(true))
}

/// What would be done, a line for each change and for each seat.
pub(crate) fn text(reply: &Node) -> String {
    let mut lines = lines(reply);
    if lines.is_empty() {
        lines.push("Nothing would change.".to_owned());
    }
    lines.push("Nothing was changed: this was a dry run.".to_owned());
    lines.join("\n")
}

/// A line for each change and for each seat that leaves.
pub(crate) fn lines(reply: &Node) -> Vec<String> {
    let list = |name| reply.get(name).map(Node::items).unwrap_or_default();
    let mut lines: Vec<String> = list("changes").iter().map(change).collect();
    let leaving = list("leaving");
    lines.extend(
        leaving.iter().map(|one| format!("seat {} {}: {}", name(one), said(one, "activationId"), said(one, "why"))),
    );
    let more = reply.get("leavingCount").and_then(Node::as_u64).unwrap_or(0).saturating_sub(leaving.len() as u64);
    if more > 0 {
        lines.push(format!("and {more} more seats"));
    }
    lines
}

fn change(change: &Node) -> String {
    format!("{} {}: {} -> {}", said(change, "subject"), said(change, "field"), said(change, "from"), said(change, "to"))
}

fn name(leaving: &Node) -> String {
    match leaving.get("seatName") {
        Some(Node::Text(_)) => format!("{} ({})", said(leaving, "seatId"), said(leaving, "seatName")),
        _ => said(leaving, "seatId"),
    }
}

/// A member on one line; what others wrote must not steer the terminal.
fn said(of: &Node, name: &str) -> String {
    of.get(name).and_then(crate::render::short).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn man_3_a_dry_run_reads_as_what_would_change_and_who_would_leave() {
        let reply = r#"{"dryRun":true,"changes":[{"subject":"ent_1","field":"seats","from":3,"to":1}],
            "leaving":[{"activationId":"act_1","seatId":"pc-1","seatName":"PC 1","why":"its lease ended"},
                       {"activationId":"act_2","seatId":"pc-2\u001b[2J","seatName":null,"why":"released"}],
            "leavingCount":5}"#;
        let reply: Node = serde_json::from_str(reply).unwrap();
        assert!(is(&reply));
        assert_eq!(
            text(&reply),
            "ent_1 seats: 3 -> 1\nseat pc-1 (PC 1) act_1: its lease ended\nseat pc-2 [2J act_2: released\n\
             and 3 more seats\nNothing was changed: this was a dry run."
        );
    }

    #[test]
    fn man_3_a_dry_run_of_nothing_says_so() {
        let reply: Node = serde_json::from_str(r#"{"dryRun":true,"changes":[],"leaving":[]}"#).unwrap();
        assert_eq!(text(&reply), "Nothing would change.\nNothing was changed: this was a dry run.");
        assert!(!is(&serde_json::from_str(r#"{"dryRun":false}"#).unwrap()));
    }
}
